import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { NotificationResource, TriggeredEvent } from '../../../../src/api/contract.js';
import { notificationLine } from '../../../../src/cli/output/events.js';
import { renderRun, triggerManyJson } from '../../../../src/cli/output/trigger.js';
import type { RunSummary } from '../../../../src/trigger/trigger-many.js';

const summary = (changes: Partial<RunSummary> = {}): RunSummary => ({
  sent: 1_500,
  resent: 0,
  total: 1_500,
  ms: 5_040,
  notifications: 3_000,
  eventIds: [],
  outcomes: undefined,
  few: undefined,
  interrupted: false,
  failure: undefined,
  ...changes,
});
const notification: NotificationResource = {
  id: 'ntf_1',
  eventId: 'bb94f4ae-3a1a-4a3c-8f3c-6a1de3d3b7a1',
  eventType: 'Test',
  isTest: true,
  webhookId: 'whk_1',
  webhookUrl: 'http://localhost/\u001b[31mhooks',
  blockedBy: null,
  status: 'failed',
  attemptCount: 1,
  lastStatus: 410,
  lastError: null,
  subscriptionId: null,
  calendarCode: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  nextAttemptAt: null,
  finishedAt: '2026-11-23T12:00:01.000Z',
};
const triggered: TriggeredEvent = {
  event: { eventId: notification.eventId, eventType: 'Test', eventDetails: {} },
  notifications: [notification],
};
const outcomes = { delivered: 2_998, failed: 1, pending: 1, waiting: 0, undelivered: [notification] };
const rendered = (changes: Partial<RunSummary> = {}) =>
  stripVTControlCharacters(renderRun(summary(changes))).split('\n');

test('a notification that waits for another of its subscription is told as such', () => {
  const waiting = { ...notification, status: 'pending', attemptCount: 0, lastStatus: null, finishedAt: null } as const;
  const due = { ...waiting, nextAttemptAt: '2026-11-23T12:00:01.000Z' };
  const few = [{ ...triggered, notifications: [waiting, due] }];
  const lines = rendered({ few });
  expect(lines[1]).toBe('  → http://localhost/�[31mhooks  waits behind another  ntf_1');
  expect(lines[2]).toBe('  → http://localhost/�[31mhooks  not sent yet  ntf_1');
});

describe('a notification of an event is told as', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  const pending = { ...notification, webhookUrl: 'http://localhost', status: 'pending', finishedAt: null } as const;
  const untried = { ...pending, attemptCount: 0, lastStatus: null };

  test.each<[string, Partial<NotificationResource>, string]>([
    ['delivered', { ...pending, status: 'delivered', lastStatus: 200 }, '← http://localhost  200'],
    ['given up', { ...pending, status: 'failed' }, '✗ http://localhost  410'],
    [
      'tried in vain, with its next try',
      { ...pending, lastStatus: 500, nextAttemptAt: '2026-11-23T12:00:05Z' },
      '✗ http://localhost  500, next try in 5 s',
    ],
    [
      'tried in vain, behind an older one by now',
      pending,
      '✗ http://localhost  410, waits behind another of its subscription',
    ],
    ['not sent yet', { ...untried, nextAttemptAt: '2026-11-23T12:00:00Z' }, '→ http://localhost  not sent yet'],
    [
      'waiting for a listener',
      { ...untried, webhookUrl: 'listener:vm', blockedBy: 'listener_away' },
      '→ listener:vm  waits for listener:vm, which is not connected',
    ],
    [
      'waiting for its webhook',
      { ...pending, blockedBy: 'webhook_off' },
      '✗ http://localhost  410, waits: its webhook is off',
    ],
  ])('%s', (_, changes, expected) => {
    const line = notificationLine({ ...notification, ...changes }, now);
    expect(stripVTControlCharacters(line)).toBe(`  ${expected}  ntf_1`);
  });
});

describe('a run is told as', () => {
  test('how many, in how long, and where to look', () => {
    expect(rendered()).toEqual([
      '✓ Sent 1,500 events in 5.0 s, 298/s.',
      '  3,000 notifications. See how they go with: calreply notifications list',
    ]);
  });

  test('what became of them, with those that failed, made safe to print', () => {
    expect(rendered({ outcomes })).toEqual([
      '✓ Sent 1,500 events in 5.0 s, 298/s.',
      '  3,000 notifications: 2,998 delivered, 1 failed, 1 pending.',
      '  ✗ http://localhost/�[31mhooks  410  ntf_1',
    ]);
  });

  test('what waits apart from what is tried', () => {
    const waiting = { ...outcomes, delivered: 1_500, failed: 0, pending: 0, waiting: 1_500, undelivered: [] };
    expect(rendered({ outcomes: waiting })[1]).toBe('  3,000 notifications: 1,500 delivered, 1,500 waiting.');
  });

  test('each event where they are few, and no rate where it says nothing', () => {
    const few = { sent: 1, total: 1, notifications: 1, ms: 84, few: [triggered] };
    expect(rendered({ ...few, outcomes: { ...outcomes, delivered: 0, pending: 0 } })).toEqual([
      `✓ Test ${notification.eventId}`,
      '  ✗ http://localhost/�[31mhooks  410  ntf_1',
      '✓ Sent 1 event in 84 ms.',
      '  1 notification: 0 delivered, 1 failed.',
    ]);
  });

  test('how much of it was done when it was stopped', () => {
    expect(rendered({ sent: 37, interrupted: true })[0]).toBe('✗ Stopped after 37 of 1,500 events in 5.0 s, 7.3/s.');
    expect(rendered({ sent: 37, total: undefined, failure: new Error('no') })[0]).toBe(
      '✗ Stopped after 37 events in 5.0 s, 7.3/s.',
    );
  });

  test('whole when it was stopped while it waited', () => {
    expect(rendered({ interrupted: true, outcomes })[0]).toBe('✓ Sent 1,500 events in 5.0 s, 298/s.');
  });

  test('what was sent a second time', () => {
    expect(rendered({ sent: 1, resent: 1, ms: 40 })[0]).toBe('✓ Sent 1 event twice in 40 ms.');
    expect(rendered({ sent: 9, resent: 9, ms: 40 })[0]).toBe('✓ Sent 9 events, each twice, in 40 ms.');
  });

  test('in vain when nobody wants it, and how to change that', () => {
    expect(rendered({ notifications: 0 })).toEqual([
      '✓ Sent 1,500 events in 5.0 s, 298/s.',
      '  No webhook or listener wants them. Add one with: calreply webhooks add URL, or calreply listen --forward-to 3000',
    ]);
  });
});

test('its JSON has null for what is not known', () => {
  expect(triggerManyJson(summary({ total: undefined, eventIds: ['a'] }))).toEqual({
    sent: 1_500,
    resent: 0,
    total: null,
    seconds: 5.04,
    interrupted: false,
    error: null,
    notifications: 3_000,
    outcomes: null,
    eventIds: ['a'],
  });
});
