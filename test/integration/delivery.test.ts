import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CreateWebhook, NotificationDetails } from '../../src/api/contract.js';
import { attempted, finished } from '../helpers/history.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

/** Sends one event to a webhook of its own and answers its notification after the first attempt. */
async function firstAttempt(webhook: CreateWebhook): Promise<NotificationDetails> {
  const { id } = await service.api.createWebhook(webhook);
  onTestFinished(() => service.api.removeWebhook(id));
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [id] });
  return attempted(service.api, { event: event.eventId, webhook: id });
}

test('410 ends the notification and turns the webhook off, and says so; what waited is sent when it is on again', async () => {
  const receiver = await startReceiver({ answer: statuses(503, 410, 200) });
  const waiting = await firstAttempt({ url: receiver.url });
  const webhook = waiting.webhookId;
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  expect(await attempted(service.api, { event: event.eventId, webhook })).toMatchObject({
    status: 'failed',
    lastStatus: 410,
    nextAttemptAt: null,
  });
  expect(await service.api.webhook(webhook)).toMatchObject({
    enabled: false,
    disabledReason: 'The receiver answered 410 Gone.',
  });
  expect(await service.api.notification(waiting.id)).toMatchObject({ status: 'pending', blockedBy: 'webhook_off' });

  expect(await service.api.changeWebhook(webhook, { enabled: true })).toMatchObject({
    enabled: true,
    disabledReason: null,
  });
  // It is due five seconds after its first attempt, give or take a fifth.
  await waitUntil('what waited is sent', () => receiver.requests.length === 3, 10_000);
});

describe('what is kept of an answer', () => {
  test('is the start of its body, 16 kB and no more', async () => {
    const body = 'x'.repeat(100_000);
    const receiver = await startReceiver({ answer: (answer) => answer.writeHead(200).end(body) });
    const { attempts } = await firstAttempt({ url: receiver.url });
    expect(attempts[0]?.answer).toBe('x'.repeat(16_384));
  });

  test.each([
    ['control characters and NUL', Buffer.from('a\0b\u001b[31mc'), 'a\ufffdb\u001b[31mc'],
    ['bytes that are no text', Buffer.from([0xff, 0x61, 0xfe]), '\ufffda\ufffd'],
    ['nothing', Buffer.alloc(0), ''],
  ])('may be %s', async (_, body, answer) => {
    const receiver = await startReceiver({ answer: (response) => response.writeHead(200).end(body) });
    const { attempts } = await firstAttempt({ url: receiver.url });
    expect(attempts).toMatchObject([{ status: 200, answer }]);
  });
});

describe('no answer', () => {
  test('from a port where nothing listens is kept as connection_refused', async () => {
    const receiver = await startReceiver();
    await receiver.stop();
    expect(await firstAttempt({ url: receiver.url })).toMatchObject({
      status: 'pending',
      lastStatus: null,
      lastError: 'connection_refused',
      attempts: [{ status: null, error: 'connection_refused', answer: null }],
    });
  });

  test('from a name that does not exist is kept as name_not_found', async () => {
    expect(await firstAttempt({ url: 'http://nobody.invalid/' })).toMatchObject({ lastError: 'name_not_found' });
  });
});

test('headers of the webhook’s own go with every notification, as they were given', async () => {
  const receiver = await startReceiver();
  const headers = { 'X-Team': 'crm', Authorization: 'Bearer of-their-own', 'X-Empty': '' };
  await firstAttempt({ url: receiver.url, headers });
  expect(receiver.requests[0]?.headers).toMatchObject({
    'x-team': 'crm',
    authorization: 'Bearer of-their-own',
    'x-empty': '',
  });
  expect(receiver.requests[0]?.rawHeaders).toContain('X-Team');
});

test('a receiver that fails holds up no other', async () => {
  const silent = await startReceiver({ answer: () => undefined });
  const healthy = await startReceiver();
  const [slow, quick] = await Promise.all(
    [silent, healthy].map(({ url }) => service.api.createWebhook({ url, eventTypes: ['SubscriptionEventAdded'] })),
  );
  onTestFinished(async () => {
    for (const webhook of [slow, quick]) if (webhook) await service.api.removeWebhook(webhook.id);
  });
  for (let i = 0; i < 60; i += 1) await service.api.triggerEvent({ eventType: 'SubscriptionEventAdded' });
  await finished(service.api, { webhook: quick?.id }, 60);
  expect(healthy.requests).toHaveLength(60);
  expect(silent.requests.length).toBeLessThanOrEqual(32);
});
