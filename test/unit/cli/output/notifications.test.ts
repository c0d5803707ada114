import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { NotificationDetails } from '../../../../src/api/contract.js';
import { renderNotification, renderNotifications } from '../../../../src/cli/output/notifications.js';

const now = Date.parse('2026-11-23T12:00:00Z');
const pending: NotificationDetails = {
  id: 'ntf_1',
  eventId: 'bb94f4ae-3a1a-4a3c-8f3c-6a1de3d3b7a1',
  eventType: 'Test',
  isTest: true,
  webhookId: 'whk_1',
  webhookUrl: 'https://example.com/hooks',
  blockedBy: null,
  status: 'pending',
  attemptCount: 0,
  lastStatus: null,
  lastError: null,
  subscriptionId: null,
  calendarCode: null,
  createdAt: '2026-11-23T11:59:00.000Z',
  nextAttemptAt: '2026-11-23T11:59:00.000Z',
  finishedAt: null,
  attempts: [],
};
const attempt = { number: 1, startedAt: pending.createdAt, durationMs: 9, status: 500, error: null };
type Changes = Partial<NotificationDetails>;
const tried: Changes = { attemptCount: 1, lastStatus: 500, attempts: [{ ...attempt, answer: '', location: null }] };
const listener: Changes = { webhookUrl: 'listener:rec', blockedBy: 'listener_away' };
const removed: Changes = { status: 'failed', blockedBy: 'webhook_removed', lastError: 'webhook_removed' };
const failed: Changes = { ...tried, status: 'failed', nextAttemptAt: null };

const shown = (changes: Changes) => stripVTControlCharacters(renderNotification({ ...pending, ...changes }, now));
const stateOf = (changes: Changes) => /^status +(.*)$/m.exec(shown(changes))?.[1];

test.each<[Changes, string]>([
  [{}, 'pending, due now'],
  [{ nextAttemptAt: '2026-11-23T12:00:05Z', ...tried }, 'pending, next try in 5 s'],
  [{ nextAttemptAt: null }, 'pending, waits behind another of its subscription'],
  [{ blockedBy: 'webhook_off' }, 'pending, waits: its webhook is off'],
  [listener, 'pending, waits for listener:rec, which is not connected'],
  [removed, 'failed'],
])('the state of a notification says what it waits for: %j', (changes, state) => {
  expect(stateOf(changes)).toBe(state);
});

const RETRY = 'calreply notifications retry ntf_1';
const ENABLE = 'Its webhook is off. Turn it on with: calreply webhooks enable whk_1';

test.each<[Changes, string]>([
  [{}, 'Not tried yet.'],
  [{ ...tried }, `Send it now with: ${RETRY}`],
  [{ blockedBy: 'webhook_off' }, ENABLE],
  [listener, 'Connect its listener with: calreply listen --name rec --forward-to 3000'],
  [failed, `Send it again with: ${RETRY}`],
  [{ ...failed, blockedBy: 'webhook_off' }, `${ENABLE}\nSend it again with: ${RETRY}`],
  [removed, `Send its event to another with: calreply events resend ${pending.eventId} --to whk_…`],
  [{ ...removed, eventType: 'Inbox' }, 'Send the request itself again, to the inbox of a new one.'],
])('the last lines say what can be done: %j', (changes, lines) => {
  expect(shown(changes).slice(-lines.length)).toBe(lines);
});

test('one that was delivered needs nothing', () => {
  expect(shown({ ...tried, status: 'delivered', blockedBy: 'webhook_off' })).not.toContain('with:');
});

test('one that was given up without a try says why', () => {
  expect(shown(removed)).toContain('\nNever tried: the webhook was removed.\n');
});

test('a list says of what was not sent what it waits for', () => {
  const list = renderNotifications([{ ...pending, blockedBy: 'webhook_off' }, { ...pending, ...listener }, pending]);
  expect(list.split('\n').map((line) => line.split('\t')[4])).toEqual([
    ...['ANSWER', 'webhook is off', 'not connected', 'not sent yet'],
  ]);
});

test('an empty list says whether there is nothing, or nothing that matches', () => {
  expect(renderNotifications([])).toMatch(/^There is no notification yet\. .*: .*events trigger/);
  expect(renderNotifications([], { isNarrowed: true })).toMatch(/^No notification matches these filters\. .*list/);
});
