import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type AttemptFacts, type Decision } from '../../../src/delivery/retry-schedule.js';
import { answered, refused } from '../../helpers/engine.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const FIRST = Date.parse('2026-11-23T12:00:00Z');

type Result = AttemptFacts['outcome'];
const answer = (status: number) => answered(status) as Result;
const noAnswer = refused as Result;

function decideAt(elapsed: number, attempt: number, outcome: Result, random = 0.5): Decision {
  return decide({ attempt, firstAttemptAt: FIRST, now: FIRST + elapsed, outcome, random });
}

/** The times of all attempts of a receiver that never answers 2xx, in milliseconds after the first. */
function attemptTimes(random: number, outcome: Result = noAnswer): number[] {
  const times = [0];
  for (;;) {
    const decision = decideAt(times.at(-1) ?? 0, times.length, outcome, random);
    if (decision.kind !== 'retry') return times;
    times.push(decision.at - FIRST);
  }
}

const waits = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('the schedule', () => {
  test('is at once, after 5 s, after 30 s, then every 3 minutes until 30 minutes are over', () => {
    const expected = [0, 5 * SECOND, 35 * SECOND];
    for (let time = 35 * SECOND + 3 * MINUTE; time <= 30 * MINUTE; time += 3 * MINUTE) expected.push(time);
    expect(attemptTimes(0.5)).toEqual(expected);
  });

  test.each([
    ['shortest', 0, 0.8],
    ['longest', 0.999_999, 1.2],
  ])('waits a fifth less or more at its %s', (_name, random, factor) => {
    const [first, second, ...others] = waits(attemptTimes(random));
    expect(first).toBeCloseTo(5 * SECOND * factor, -1);
    expect(second).toBeCloseTo(30 * SECOND * factor, -1);
    expect(others.length).toBeGreaterThan(6);
    for (const wait of others) expect(wait).toBeCloseTo(3 * MINUTE * factor, -1);
  });

  test('gives up when the next attempt would be later than 30 minutes after the first', () => {
    expect(decideAt(27 * MINUTE, 11, noAnswer).kind).toBe('retry');
    expect(decideAt(27 * MINUTE + 1, 11, noAnswer)).toEqual({ kind: 'give-up' });
    expect(decideAt(45 * MINUTE, 2, noAnswer)).toEqual({ kind: 'give-up' });
  });

  test('is not begun for a type that no route of the listener takes', () => {
    expect(decideAt(0, 1, { kind: 'unanswered', error: 'no_route', durationMs: 0 })).toEqual({ kind: 'give-up' });
  });

  test.each(['bad_signature', 'dropped', 'timeout', 'failed'] as const)('is followed after %s', (error) => {
    expect(decideAt(0, 1, { kind: 'unanswered', error, durationMs: 0 })).toEqual({
      kind: 'retry',
      at: FIRST + 5 * SECOND,
    });
  });

  test('never plans an attempt for the past, nor beyond 30 minutes after the first', () => {
    const retryAfter = fc.oneof(
      fc.constant(undefined),
      fc.string(),
      fc.nat().map(String),
      fc
        .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toUTCString()),
    );
    const outcome: fc.Arbitrary<Result> = fc.oneof(
      fc.constant(noAnswer),
      fc.record({
        kind: fc.constant('answered' as const),
        status: fc.oneof(fc.constantFrom(429, 503), fc.integer({ min: 100, max: 599 })),
        answer: fc.constant(''),
        durationMs: fc.nat(),
        retryAfter,
      }),
    );
    const facts = {
      attempt: fc.integer({ min: 1, max: 20 }),
      elapsed: fc.integer({ min: 0, max: 40 * MINUTE }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      outcome,
    };
    let retries = 0;
    fc.assert(
      fc.property(fc.record(facts), ({ attempt, elapsed, outcome: result, random }) => {
        const decision = decideAt(elapsed, attempt, result, random);
        if (decision.kind !== 'retry') return;
        retries += 1;
        expect(decision.at).toBeGreaterThan(FIRST + elapsed);
        expect(decision.at).toBeLessThanOrEqual(FIRST + 30 * MINUTE);
      }),
      { numRuns: 2000 },
    );
    expect(retries).toBeGreaterThan(100);
  });
});

describe('the answer', () => {
  test.each([200, 201, 202, 204, 299])('%i is a success', (status) => {
    expect(decideAt(0, 1, answer(status))).toEqual({ kind: 'delivered' });
    expect(decideAt(50 * MINUTE, 12, answer(status))).toEqual({ kind: 'delivered' });
  });

  test('410 gives up at once and turns the webhook off', () => {
    expect(decideAt(0, 1, answer(410))).toEqual({ kind: 'give-up-and-disable' });
  });

  test.each([100, 300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 408, 409, 429, 500, 502, 503, 504])(
    '%i is retried on the schedule',
    (status) => {
      expect(attemptTimes(0.5, answer(status))).toEqual(attemptTimes(0.5));
    },
  );
});
