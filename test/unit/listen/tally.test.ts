import { expect, test } from 'vitest';
import { Tally } from '../../../src/listen/tally.js';
import type { ListenEvent } from '../../../src/tunnel/listening.js';
import { arrived, brought, connected, deliver, forwarded } from '../../helpers/listen-events.js';

function tallied(...events: readonly ListenEvent[]): Tally {
  const tally = new Tally();
  for (const event of events) tally.onEvent(event);
  return tally;
}

const ANY = { eventType: null };
const SUBSCRIBE = { eventType: 'Subscribe' };

test('counts by type what was answered 2xx', () => {
  const tally = tallied(connected, ...brought('1', 200), ...brought('2', 204), ...brought('3', 201, 'Test'));

  expect([tally.answered(SUBSCRIBE), tally.answered(ANY), tally.answered({ eventType: 'Inbox' })]).toEqual([2, 3, 0]);
});

test('counts a notification once that was answered 2xx at its third try', () => {
  const tally = tallied(...brought('1', 500), ...brought('1', 'timeout'), ...brought('1', 200));

  expect(tally.answered(SUBSCRIBE)).toBe(1);
  expect(tally.unanswered(ANY)).toEqual([]);
});

test('counts a notification once that was sent again by hand, whatever came of it', () => {
  const tally = tallied(...brought('1', 200), ...brought('1', 200), ...brought('1', 500));

  expect(tally.answered(SUBSCRIBE)).toBe(1);
  expect(tally.unanswered(ANY)).toEqual([]);
});

test.each([199, 301, 304, 404, 500, 'timeout'] as const)('takes %s for no answer of 2xx', (answer) => {
  expect(tallied(...brought('1', answer)).unanswered(SUBSCRIBE)).toMatchObject([{ id: '1', isAnswered: false }]);
});

test('is busy from the arrival of a delivery to its answer', () => {
  const tally = tallied(arrived('1'), arrived('2'), forwarded('1', 200));
  expect(tally.isBusy).toBe(true);

  tally.onEvent(forwarded('2', 500));
  expect(tally.isBusy).toBe(false);
});

test('keeps nothing of what a success says', () => {
  const tally = tallied(arrived('1'), forwarded('1', 200, 'Subscribe', 'x'.repeat(16_000)));

  expect(tally.notifications).toMatchObject([{ outcome: { status: 200, answer: '' } }]);
});

test('counts rehearsals by kind, and does not take them for notifications', () => {
  const rehearsed = (id: string, passed: boolean): ListenEvent => ({
    kind: 'rehearsed',
    delivery: deliver(id),
    rehearsal: 'stale',
    outcome: null,
    passed,
  });
  const tally = tallied(rehearsed('1', true), rehearsed('2', false));

  expect([...tally.rehearsals]).toEqual([['stale', { passed: 1, failed: 1, firstFailed: ['2'] }]]);
  expect(tally.notifications).toEqual([]);
});

test('is busy with what was dropped until it came again and was answered', () => {
  const dropped: ListenEvent = {
    kind: 'forwarded',
    delivery: deliver('1'),
    outcome: { kind: 'unanswered', url: '', error: 'dropped', durationMs: 0 },
  };
  const tally = tallied(arrived('1'), dropped);
  expect(tally.isBusy).toBe(true);

  for (const event of brought('1', 200)) tally.onEvent(event);
  expect(tally.isBusy).toBe(false);
});
