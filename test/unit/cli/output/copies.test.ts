import { describe, expect, test } from 'vitest';
import { withoutColors } from '../../../../src/cli/output/colors.js';
import { mirroredJson, rehearsedJson, renderMirrored, renderRehearsed } from '../../../../src/cli/output/copies.js';
import { renderReport } from '../../../../src/cli/output/listen-report.js';
import { renderRoutes } from '../../../../src/cli/output/routes.js';
import type { ForwardOutcome } from '../../../../src/tunnel/local/forward.js';
import type { Rehearsal } from '../../../../src/tunnel/listening.js';
import { signed } from '../../../helpers/deliveries.js';

withoutColors();

const answered = (status: number): ForwardOutcome => ({
  kind: 'answered',
  url: 'http://localhost:3000/',
  status,
  answer: '',
  durationMs: 1,
});
const silent: ForwardOutcome = { kind: 'unanswered', url: 'http://localhost:3000/', error: 'timeout', durationMs: 1 };
const at = '2026-01-02T03:04:05.000Z';

describe('a rehearsal', () => {
  const event = (rehearsal: Rehearsal, outcome: ForwardOutcome | null, passed: boolean) =>
    ({ kind: 'rehearsed', delivery: signed(), rehearsal, outcome, passed }) as const;

  test.each<[Rehearsal, ForwardOutcome | null, boolean, string]>([
    ['bad-signature', answered(401), true, '↯ bad signature → 401 as it should  ntf_1'],
    [
      'bad-signature',
      answered(200),
      false,
      '✗ bad signature → 200: the app took it. Check the signature over the raw body before anything else.',
    ],
    ['bad-signature', answered(500), false, '✗ bad signature → 500: the app should refuse it with 4xx, such as 401.'],
    ['stale', answered(202), false, '✗ stale timestamp → 202: the app took it. Refuse a webhook-timestamp'],
    ['stale', silent, false, '✗ stale timestamp → no answer in time: the app should refuse it'],
    ['duplicate', answered(409), false, '✗ duplicate → 409: the app should answer 2xx to what it has seen'],
    ['drop', null, true, '↯ dropped: the service sends it again in some seconds  ntf_1'],
  ])('%s', (rehearsal, outcome, passed, line) => {
    expect(renderRehearsed(event(rehearsal, outcome, passed))).toContain(line);
  });

  test('as JSON', () => {
    const facts = { type: 'rehearsed', at, notification: 'ntf_1', attempt: 1 };
    expect(rehearsedJson(event('stale', answered(401), true), at)).toEqual({
      ...facts,
      rehearsal: 'stale',
      passed: true,
      status: 401,
      error: null,
    });
    expect(rehearsedJson(event('drop', null, true), at)).toMatchObject({ status: null, error: null });
  });
});

describe('a copy for a mirror', () => {
  const event = (outcome: ForwardOutcome | null) =>
    ({ kind: 'mirrored', delivery: signed(), target: 'http://localhost:3000/', outcome }) as const;

  test.each([
    [answered(200), '⇉ 200   mirror http://localhost:3000/  ntf_1'],
    [silent, '⇉ no answer in time   mirror http://localhost:3000/  ntf_1'],
    [null, '⇉ left out: too many wait for the mirror http://localhost:3000/  ntf_1'],
  ])('is told in a line', (outcome, line) => {
    expect(renderMirrored(event(outcome), (url) => url)).toBe(line);
  });

  test('as JSON', () => {
    const facts = { type: 'mirrored', at, notification: 'ntf_1', attempt: 1, target: 'http://localhost:3000/' };
    expect(mirroredJson(event(null), at)).toEqual({ ...facts, leftOut: true, status: null, error: null });
    expect(mirroredJson(event(silent), at)).toEqual({ ...facts, leftOut: false, status: null, error: 'timeout' });
  });
});

describe('the report', () => {
  const report = {
    deliveries: 3,
    answered: 2,
    failed: 0,
    held: 0,
    open: 0,
    mirrored: { sent: 0, answered: 0, leftOut: 0 },
    rehearsals: {},
    dropped: { dropped: 0, cameAgain: 0 },
  };

  test('says no more than there is', () => {
    expect(renderReport({ ...report, deliveries: 0, answered: 0 })).toBeUndefined();
    expect(renderReport(report)).toBe('3 deliveries: 2 answered 2xx, 0 failed.');
  });

  test('says all there is', () => {
    const whole = renderReport({
      ...report,
      held: 1,
      open: 1,
      mirrored: { sent: 4, answered: 3, leftOut: 2 },
      rehearsals: { 'bad-signature': { passed: 2, failed: 0 }, stale: { passed: 1, failed: 1 } },
      dropped: { dropped: 2, cameAgain: 1 },
    });
    expect(whole?.split('\n')).toEqual([
      '3 deliveries: 2 answered 2xx, 0 failed, 1 held while the app was down, 1 left to the service.',
      'Copies to mirrors: 4 sent, 3 answered 2xx, 2 left out.',
      '✓ bad signature: 2 of 2 as it should.',
      '✗ stale timestamp: 1 of 2 as it should.',
      '2 dropped, 1 came again.',
    ]);
  });
});

test('routes are told in one line, or in a line each', () => {
  const route = { eventTypes: [] as string[], to: 'http://localhost:3000/', mirror: false };
  expect(renderRoutes([route], 'more')).toEqual(['Forwarding to http://localhost:3000/ · more']);
  const some = { ...route, eventTypes: ['Subscribe', 'Inbox'] };
  expect(renderRoutes([some], 'more')).toEqual(['Forwarding Subscribe, Inbox to http://localhost:3000/ · more']);
  expect(renderRoutes([some, route, { ...route, mirror: true }], 'more')).toEqual([
    'Forwarding Subscribe, Inbox to http://localhost:3000/',
    'Forwarding everything else to http://localhost:3000/',
    'Forwarding a copy of everything to http://localhost:3000/',
    'The more',
  ]);
  expect(renderRoutes([route, { ...route, mirror: true }], 'more')[0]).toBe(
    'Forwarding everything to http://localhost:3000/',
  );
});
