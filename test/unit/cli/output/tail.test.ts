import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { AttemptResource, NotificationResource } from '../../../../src/api/contract.js';
import { renderEntry } from '../../../../src/cli/output/tail.js';
import { fakeTerminal } from '../../../helpers/fake-terminal.js';

const now = new Date(2026, 10, 23, 15, 4, 5);

const notification = (changes: Partial<NotificationResource> = {}): NotificationResource => ({
  id: 'ntf_1',
  eventId: '0b98ef2c-f739-45f1-81e3-b2def2bb868f',
  eventType: 'Subscribe',
  isTest: false,
  webhookId: 'whk_1',
  webhookUrl: 'https://example.com/hooks',
  blockedBy: null,
  status: 'pending',
  attemptCount: 1,
  lastStatus: null,
  lastError: null,
  subscriptionId: null,
  calendarCode: null,
  createdAt: now.toISOString(),
  nextAttemptAt: null,
  finishedAt: null,
  ...changes,
});

const attempt = (changes: Partial<AttemptResource> = {}): AttemptResource => ({
  number: 1,
  startedAt: now.toISOString(),
  durationMs: 12,
  status: 200,
  error: null,
  answer: '',
  location: null,
  ...changes,
});

const line = (told: Partial<NotificationResource>, of?: Partial<AttemptResource>, at = now) =>
  renderEntry(
    of
      ? { type: 'attempt', notification: notification(told), attempt: attempt(of) }
      : { type: 'notification', notification: notification(told) },
    at,
  );

test('usual lines stand below each other', () => {
  expect([
    line({}),
    line({ status: 'delivered' }, {}),
    line({ status: 'delivered', eventType: 'Unsubscribe' }, { durationMs: 1234, status: 204 }),
  ]).toEqual([
    '15:04:05  →              Subscribe     https://example.com/hooks  ntf_1',
    '15:04:05  ← 200  12 ms   Subscribe     https://example.com/hooks  ntf_1',
    '15:04:06  ← 204  1.2 s   Unsubscribe   https://example.com/hooks  ntf_1',
  ]);
});

test('a failure says what follows', () => {
  const inHalfAMinute = new Date(now.getTime() + 30_000).toISOString();
  expect(line({ nextAttemptAt: inHalfAMinute }, { status: null, error: 'connection_refused' })).toBe(
    '15:04:05  ✗ the connection was refused  Subscribe     https://example.com/hooks  ntf_1  next try in 30 s',
  );
  expect(line({ status: 'failed' }, { status: 500, number: 12 })).toBe(
    '15:04:05  ← 500  12 ms   Subscribe     https://example.com/hooks  try 12  ntf_1  given up',
  );
});

test('in a terminal the URL gives way to the rest of its line, and keeps its end', () => {
  fakeTerminal(70);
  const url = 'https://receiver.example.com/a/long/path/to/the/hooks';

  const shown = stripVTControlCharacters(line({ webhookUrl: url }, { status: 500 }));

  expect(shown).toBe('15:04:05  ← 500  12 ms   Subscribe     receiver…th/to/the/hooks  ntf_1');
  expect(shown.length).toBeLessThanOrEqual(70);
});

test('what was given up without an attempt says why', () => {
  expect(line({ status: 'failed', lastError: 'webhook_removed', attemptCount: 0 })).toBe(
    '15:04:05  ✗ the webhook was removed  Subscribe     https://example.com/hooks  ntf_1',
  );
});

test('a line of another day has its date', () => {
  expect(line({}, undefined, new Date(2026, 10, 24, 1, 0, 0))).toMatch(/^2026-11-23 15:04:05 {2}→/);
});

test('foreign text cannot reach the terminal', () => {
  const hostile = 'a\u001b[2J\u202eb\nc';
  const told = { eventType: hostile, webhookUrl: hostile, id: hostile };
  expect(line(told, { status: null, error: hostile })).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
