import { beforeAll, expect, test } from 'vitest';
import type { TriggeredEvent } from '../../src/api/contract.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const trigger = (key: string, json: unknown) =>
  service.call('POST', '/v1/events', { headers: { 'idempotency-key': key }, json });

test('the same call again is answered with the same event, and its notifications as they are now', async () => {
  const receiver = await startReceiver();
  const { id } = await service.api.createWebhook({ url: receiver.url });
  const body = { eventType: 'Unsubscribe', to: [id] };
  const first = await trigger('again', body);
  const { event } = first.json as TriggeredEvent;
  await waitUntil('it was delivered', async () => {
    const { notifications } = await service.api.notifications({ event: event.eventId });
    return notifications.every(({ status }) => status === 'delivered');
  });

  const second = await trigger('again', body);

  expect(first.headers).not.toHaveProperty('idempotent-replayed');
  expect(second).toMatchObject({
    status: 201,
    headers: { 'idempotent-replayed': 'true', location: first.headers.location },
    json: { event, notifications: [{ status: 'delivered' }] },
  });
  expect(receiver.eventIds()).toEqual([event.eventId]);
  await service.api.removeWebhook(id);
});

test('a key outlives a restart of the service', async () => {
  const { json } = await trigger('restart', { eventType: 'Test' });
  await service.stop();
  await service.start();

  expect((await trigger('restart', { eventType: 'Test' })).json).toEqual(json);
});

test('white space in the body makes no other call, another value does', async () => {
  const headers = { 'idempotency-key': 'spaces' };
  const first = await service.call('POST', '/v1/events', { headers, body: '{"eventType":"Test","seed":1}' });
  const spaced = await service.call('POST', '/v1/events', { headers, body: '{ "eventType": "Test",\n"seed": 1 }' });
  const other = await service.call('POST', '/v1/events', { headers, body: '{"eventType":"Test","seed":2}' });

  expect(spaced.json).toEqual(first.json);
  const { eventId } = (first.json as TriggeredEvent).event;
  expect(other).toMatchObject({
    status: 422,
    json: {
      Code: 'IdempotencyKeyReused',
      Reason: `The Idempotency-Key “spaces” came with another body before, and made event ${eventId}. Take a new key for a new event.`,
    },
  });
});

test('a call that was refused used up no key', async () => {
  expect(await trigger('refused', { eventType: 'Test', to: ['whk_nobody'] })).toMatchObject({ status: 404 });
  expect(await trigger('refused', { eventType: 'Test' })).toMatchObject({ status: 201 });
});

test('two accounts may use the same key', async () => {
  const own = await service.api.triggerEvent({ eventType: 'Test' }, 'shared');
  const theirs = await service.stranger.api.triggerEvent({ eventType: 'Subscribe' }, 'shared');
  expect(theirs.event.eventId).not.toBe(own.event.eventId);
});

test.each([
  ['empty', ''],
  ['longer than 255 characters', 'k'.repeat(256)],
  ['not ASCII', 'clé'],
])('a key that is %s is refused', async (_, key) => {
  expect(await trigger(key, { eventType: 'Test' })).toMatchObject({
    status: 400,
    json: {
      Code: 'InvalidRequest',
      Reason: 'The Idempotency-Key must be 1 to 255 printable ASCII characters.',
    },
  });
});

test('the longest key with every sort of character is taken', async () => {
  const key = ` !"~${'k'.repeat(252)}`.trim();
  expect(await trigger(key, { eventType: 'Test' })).toMatchObject({ status: 201 });
});
