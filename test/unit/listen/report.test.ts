import { expect, test } from 'vitest';
import { listenReporter } from '../../../src/listen/report.js';
import type { ForwardOutcome } from '../../../src/tunnel/local/forward.js';
import type { ListenEvent, Rehearsal } from '../../../src/tunnel/listening.js';
import { signed } from '../../helpers/deliveries.js';

const answered = (status: number): ForwardOutcome => ({
  kind: 'answered',
  url: 'http://app/',
  status,
  answer: '',
  durationMs: 1,
});
const unanswered = (error: 'timeout' | 'dropped'): ForwardOutcome => ({
  kind: 'unanswered',
  url: '',
  error,
  durationMs: 1,
});

/** A reporter, and short words for what it sees. */
function watched() {
  const reporter = listenReporter();
  const onEvent = (event: ListenEvent) => reporter.onEvent(event);
  return {
    report: () => reporter.report(),
    arrives: (id: string) => onEvent({ kind: 'delivery', delivery: signed({ id }), signature: 'valid' }),
    ends: (id: string, outcome: ForwardOutcome) => onEvent({ kind: 'forwarded', delivery: signed({ id }), outcome }),
    mirrored: (outcome: ForwardOutcome | null) =>
      onEvent({ kind: 'mirrored', delivery: signed(), target: 'http://mirror/', outcome }),
    rehearsed: (id: string, rehearsal: Rehearsal, passed: boolean) =>
      onEvent({ kind: 'rehearsed', delivery: signed({ id }), rehearsal, outcome: null, passed }),
    held: (id: string, attempt = 1) =>
      onEvent({ kind: 'held', delivery: signed({ id, attempt }), target: 'http://app/' }),
  };
}

test('counts what came, how it was answered, and what has no outcome yet', () => {
  const { report, arrives, ends } = watched();
  for (const id of ['a', 'b', 'c', 'd']) arrives(id);
  ends('a', answered(204));
  ends('b', answered(500));
  ends('c', unanswered('timeout'));
  expect(report()).toMatchObject({ deliveries: 4, answered: 1, failed: 2, open: 1, held: 0, rehearsals: {} });
});

test('what was dropped has not failed, and is looked for until it comes again', () => {
  const { report, arrives, ends, rehearsed } = watched();
  for (const id of ['a', 'b']) {
    arrives(id);
    rehearsed(id, 'drop', true);
    ends(id, unanswered('dropped'));
  }
  arrives('a');
  ends('a', answered(200));
  expect(report()).toMatchObject({ answered: 1, failed: 0, open: 0, dropped: { dropped: 2, cameAgain: 1 } });
  expect(report().rehearsals).toEqual({});
});

test('counts each rehearsal by whether the app did what it should', () => {
  const { report, rehearsed } = watched();
  rehearsed('a', 'bad-signature', true);
  rehearsed('a', 'stale', false);
  rehearsed('b', 'bad-signature', true);
  rehearsed('b', 'stale', true);
  expect(report().rehearsals).toEqual({
    'bad-signature': { passed: 2, failed: 0 },
    stale: { passed: 1, failed: 1 },
  });
});

test('counts what was held, also what still is; one that waits again, or with a copy of it, as one', () => {
  const { report, held, ends } = watched();
  for (const id of ['a', 'b', 'c', 'a']) held(id);
  ends('a', answered(200));
  held('a', 2);
  expect(report().held).toBe(4);
});

test('counts copies for mirrors', () => {
  const { report, mirrored } = watched();
  mirrored(answered(200));
  mirrored(answered(500));
  mirrored(null);
  expect(report().mirrored).toEqual({ sent: 2, answered: 1, leftOut: 1 });
});
