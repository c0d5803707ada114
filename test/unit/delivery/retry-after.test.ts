import { afterEach, describe, expect, test } from 'vitest';
import { decide, type AttemptFacts, type Decision } from '../../../src/delivery/retry-schedule.js';
import { answered } from '../../helpers/engine.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = Date.parse('2026-11-23T12:00:00Z');
/** What the schedule says after a first attempt, with a jitter of nothing. */
const SCHEDULED = NOW + 5 * SECOND;
const CAPPED = NOW + 15 * MINUTE;

function decideOn(status: number, retryAfter: string, more: Partial<AttemptFacts> = {}): Decision {
  const outcome = answered(status, { retryAfter }) as AttemptFacts['outcome'];
  return decide({ attempt: 1, firstAttemptAt: NOW, now: NOW, random: 0.5, outcome, ...more });
}

describe.each([429, 503])('Retry-After on %i', (status) => {
  test.each([
    ['120', NOW + 2 * MINUTE],
    ['  120 ', NOW + 2 * MINUTE],
    ['0060', NOW + MINUTE],
    ['Mon, 23 Nov 2026 12:03:00 GMT', NOW + 3 * MINUTE],
    ['Monday, 23-Nov-26 12:03:00 GMT', NOW + 3 * MINUTE],
    ['Mon Nov 23 12:03:00 2026', NOW + 3 * MINUTE],
  ])('“%s” is waited for', (retryAfter, at) => {
    expect(decideOn(status, retryAfter)).toEqual({ kind: 'retry', at });
  });

  test.each([
    '901',
    '3600',
    '999999999',
    '9999999999',
    '9'.repeat(40),
    'Tue, 24 Nov 2026 12:00:00 GMT',
    'Fri, 31 Dec 9999 23:59:59 GMT',
  ])('“%s” is capped at a quarter of an hour', (retryAfter) => {
    expect(decideOn(status, retryAfter)).toEqual({ kind: 'retry', at: CAPPED });
  });

  test.each(['0', '3', 'Mon, 23 Nov 2026 11:00:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    '“%s” asks for less than the schedule gives anyway',
    (retryAfter) => {
      expect(decideOn(status, retryAfter)).toEqual({ kind: 'retry', at: SCHEDULED });
    },
  );

  test.each(['', ' ', '-60', '+60', '60.5', '1e3', '0x3c', '60, 120', 'soon', 'soon 2050', '2050-01-01', 'Mon'])(
    '“%s” is neither seconds nor a date, so the schedule holds',
    (retryAfter) => {
      expect(decideOn(status, retryAfter)).toEqual({ kind: 'retry', at: SCHEDULED });
    },
  );

  test('gives up when it asks for a time after the 30 minutes', () => {
    const decision = decideOn(status, '900', { attempt: 7, firstAttemptAt: NOW - 16 * MINUTE });
    expect(decision).toEqual({ kind: 'give-up' });
  });
});

test.each([302, 404, 500, 502])('Retry-After means nothing on %i', (status) => {
  expect(decideOn(status, '120')).toEqual({ kind: 'retry', at: SCHEDULED });
});

describe('on a machine that is not on UTC', () => {
  const { TZ } = process.env;
  afterEach(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  test('a date without a zone is still UTC, as HTTP has it', () => {
    process.env.TZ = 'America/Los_Angeles';
    expect(decideOn(429, 'Mon Nov 23 12:03:00 2026')).toEqual({ kind: 'retry', at: NOW + 3 * MINUTE });
  });
});
