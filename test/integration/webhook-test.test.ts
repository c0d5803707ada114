import { Webhook } from 'standardwebhooks';
import { beforeAll, expect, test } from 'vitest';
import { startListener } from '../helpers/listener.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
import { startTestService, VERSION, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

test('a test sends a signed Test event, tells what happened, and is in the history as delivered', async () => {
  const { url, requests } = await startReceiver();
  const { id, secret } = await service.api.createWebhook({ url, headers: { 'X-Team': 'crm' } });

  const answer = await service.api.testWebhook(id);
  expect(answer).toMatchObject({
    webhookId: id,
    url: `${url}/`,
    enabled: true,
    status: 200,
    error: null,
    answer: 'ok',
    remoteAddress: '127.0.0.1',
    event: { eventType: 'Test', eventDetails: { actionType: 'TestEvent', accountCode: service.account.code } },
    timings: { dnsMs: null, tlsMs: null, totalMs: expect.any(Number) },
  });
  const [request] = requests;
  const headers = request?.headers as Record<string, string>;
  expect(new Webhook(secret).verify(request?.body ?? '', headers)).toEqual(answer.event);
  expect(headers).toMatchObject({
    'x-team': 'crm',
    'user-agent': `CalReply-Webhooks/${VERSION}`,
    'webhook-id': answer.event.eventId,
    'calreply-notification-id': answer.notificationId,
    'calreply-attempt': '1',
    'calreply-test': 'true',
  });

  expect(await service.api.notification(answer.notificationId)).toMatchObject({
    eventId: answer.event.eventId,
    isTest: true,
    webhookId: id,
    status: 'delivered',
    attemptCount: 1,
    lastStatus: 200,
    nextAttemptAt: null,
    finishedAt: expect.any(String),
    attempts: [{ number: 1, status: 200, answer: 'ok' }],
  });
  expect(await service.api.event(answer.event.eventId)).toMatchObject({ isTest: true, event: answer.event });
});

test('a test that fails is tried no more, and turns nothing off', async () => {
  const { url, requests } = await startReceiver({ answer: statuses(410, 200) });
  const { id } = await service.api.createWebhook({ url });

  const { notificationId, status } = await service.api.testWebhook(id);
  expect(status).toBe(410);
  expect(await service.api.notification(notificationId)).toMatchObject({
    status: 'failed',
    lastStatus: 410,
    nextAttemptAt: null,
  });
  expect(await service.api.webhook(id)).toMatchObject({ enabled: true, disabledReason: null });

  // What is accepted after it goes out, so the engine has looked, and found nothing of the test.
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [id] });
  await expect.poll(() => requests.length).toBe(2);
  expect(requests[1]?.headers['webhook-id']).toBe(event.eventId);
});

test('a webhook that is off is tested, and stays off', async () => {
  const { url, requests } = await startReceiver();
  const { id } = await service.api.createWebhook({ url, enabled: false });
  expect(await service.api.testWebhook(id)).toMatchObject({ status: 200, enabled: false });
  expect(requests).toHaveLength(1);
  expect(await service.api.webhook(id)).toMatchObject({ enabled: false });
});

test('a receiver that is not there is told, and kept as failed', async () => {
  const receiver = await startReceiver();
  await receiver.stop();
  const { id } = await service.api.createWebhook({ url: receiver.url });
  const answer = await service.api.testWebhook(id);
  expect(answer).toMatchObject({
    status: null,
    error: 'connection_refused',
    systemCode: 'ECONNREFUSED',
    remoteAddress: '127.0.0.1',
    answer: null,
    headers: [],
    timings: { connectMs: null, firstByteMs: null },
  });
  expect(await service.api.notification(answer.notificationId)).toMatchObject({
    status: 'failed',
    lastError: 'connection_refused',
    attempts: [{ error: 'connection_refused' }],
  });
});

test('a test is signed by both secrets after a rotation', async () => {
  const { url, requests } = await startReceiver();
  const { id, secret } = await service.api.createWebhook({ url });
  const rotated = await service.api.rotateSecret(id, {});
  await service.api.testWebhook(id);
  const { body, headers } = requests[0] ?? { body: '', headers: {} };
  for (const one of [secret, rotated.secret]) {
    expect(() => new Webhook(one).verify(body, headers as Record<string, string>)).not.toThrow();
  }
});

test('the webhook of a listener has no connection to look at', async () => {
  const { url, requests } = await startReceiver();
  const { opened } = await startListener(service, { target: url });
  await expect(service.api.testWebhook(opened.webhookId)).rejects.toMatchObject({ code: 'Conflict' });
  expect(requests).toEqual([]);
});

test('a test needs no body, and no webhook of another account can be tested', async () => {
  const { url, requests } = await startReceiver();
  const own = await service.api.createWebhook({ url });
  expect(await service.call('POST', `/v1/webhooks/${own.id}/test`)).toMatchObject({ status: 200 });
  const theirs = await service.stranger.api.createWebhook({ url });
  await expect(service.api.testWebhook(theirs.id)).rejects.toMatchObject({ code: 'NotFound' });
  expect(requests).toHaveLength(1);
});
