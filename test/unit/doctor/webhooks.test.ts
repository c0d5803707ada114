import { expect, test } from 'vitest';
import type { NotificationResource, WebhookResource } from '../../../src/api/contract.js';
import { webhooksFinding } from '../../../src/doctor/webhooks.js';

const webhook = (id: string, more: Partial<WebhookResource> = {}): WebhookResource => ({
  id,
  url: `https://example.com/${id}`,
  eventTypes: [],
  headers: {},
  enabled: true,
  disabledReason: null,
  listenerId: null,
  oldSecretUntil: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  ...more,
});

const notification = (webhookId: string, status: NotificationResource['status'], attemptCount = 1) => ({
  id: 'ntf_1',
  eventId: '0',
  eventType: 'Subscribe',
  isTest: false,
  webhookId,
  webhookUrl: `https://example.com/${webhookId}`,
  status,
  attemptCount,
  lastStatus: null,
  lastError: null,
  subscriptionId: null,
  calendarCode: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  nextAttemptAt: null,
  finishedAt: null,
  blockedBy: null,
});

test('webhooks are in order when none is off and the latest that was tried arrived', () => {
  expect(webhooksFinding([], [])).toMatchObject({ status: 'ok', seen: 'none is registered' });
  const history = [notification('a', 'pending', 0), notification('a', 'delivered'), notification('a', 'failed')];
  expect(webhooksFinding([webhook('a')], history)).toMatchObject({
    status: 'ok',
    seen: '1 is registered, and none fails',
  });
});

test('one that is off is told with how to turn it on; that of a listener is not looked at', () => {
  const own = [webhook('a'), webhook('b', { enabled: false })];
  expect(webhooksFinding([...own, webhook('c', { enabled: false, listenerId: 'lst_1' })], [])).toMatchObject({
    status: 'warning',
    seen: '2 are registered; 1 is off: https://example.com/b',
    advice: 'Turn it on with: calreply webhooks enable b',
  });
});

test('one whose latest notification did not arrive is told with where to look, retried or given up', () => {
  for (const status of ['pending', 'failed'] as const) {
    const history = [notification('b', status), notification('a', 'delivered'), notification('b', 'delivered')];
    expect(webhooksFinding([webhook('a'), webhook('b')], history)).toMatchObject({
      status: 'warning',
      seen: '2 are registered; 1 did not take its latest notification: https://example.com/b',
      advice: 'See: calreply notifications list --webhook b',
    });
  }
});
