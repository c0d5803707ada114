import { expect, test } from 'vitest';
import { attemptEntry, createdEntry, timeOfEntry } from '../../../src/model/history-entry.js';
import type { Attempt, Notification } from '../../../src/model/notification.js';

const waiting: Notification = {
  id: 'ntf_1',
  eventId: 'e1',
  eventType: 'Test',
  isTest: true,
  webhookId: 'whk_1',
  webhookUrl: 'https://example.com',
  webhookState: 'on',
  listenerId: null,
  status: 'pending',
  attemptCount: 0,
  subscriptionId: null,
  calendarCode: null,
  createdAt: 1_000,
  nextAttemptAt: 1_000,
  finishedAt: null,
  lastStatus: null,
  lastError: null,
};
const attempt = (changes: Partial<Attempt>): Attempt => ({
  number: 1,
  startedAt: 2_000,
  durationMs: 30,
  status: 500,
  error: null,
  answer: '',
  location: null,
  ...changes,
});
const tried = { ...waiting, attemptCount: 1, lastStatus: 500, nextAttemptAt: 7_000 };
const delivered: Notification = {
  ...waiting,
  attemptCount: 2,
  status: 'delivered',
  lastStatus: 200,
  nextAttemptAt: null,
  finishedAt: 9_000,
};
const removed: Notification = {
  ...waiting,
  status: 'failed',
  lastError: 'webhook_removed',
  nextAttemptAt: null,
  finishedAt: 3_000,
};

test('a notification that was not tried is told as it stands', () => {
  expect(createdEntry(waiting).notification).toEqual(waiting);
  expect(createdEntry(removed).notification).toEqual(removed);
});

test('what became of a notification later is not told where it was made', () => {
  expect(createdEntry(delivered).notification).toEqual({ ...waiting, nextAttemptAt: null });
});

test('the last attempt tells the notification as it stands, with its next try or its end', () => {
  expect(attemptEntry(tried, attempt({})).notification).toEqual(tried);
  const failed: Notification = { ...removed, attemptCount: 1, lastStatus: 500 };
  expect(attemptEntry(failed, attempt({})).notification).toEqual(failed);
});

test('an attempt that another followed left the notification pending, with its own answer', () => {
  const refused = attempt({ status: null, error: 'connection_refused' });
  expect(attemptEntry(delivered, refused).notification).toEqual({
    ...waiting,
    attemptCount: 1,
    lastError: 'connection_refused',
    nextAttemptAt: null,
  });
});

test('an answer of 2xx delivered the notification, also one that was sent again since', () => {
  const sentAgain = { ...delivered, status: 'pending', nextAttemptAt: 20_000, finishedAt: null } as const;
  const answered = attempt({ number: 2, status: 204 });
  expect(attemptEntry(sentAgain, answered).notification).toEqual({ ...delivered, lastStatus: 204, finishedAt: 2_030 });
});

test('an entry happened when its notification was made, or its attempt ended', () => {
  expect(timeOfEntry(createdEntry(waiting))).toBe(1_000);
  expect(timeOfEntry(attemptEntry(tried, attempt({})))).toBe(2_030);
});
