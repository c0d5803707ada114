import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, test } from 'vitest';
import { bareClient, type BareClient } from '../helpers/bare-client.js';
import { exchange } from '../helpers/exchange.js';
import { finished } from '../helpers/history.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';
import { triggerEach } from '../helpers/trigger-each.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const place = (id: string, json: object) => service.call('PUT', `/v1/listeners/${id}/place`, { json });

/** A listener that was here once and is away; `missed` Test events wait for it. */
async function away(name: string, missed: number) {
  const { id, webhookId } = await service.api.openListener({ name });
  return { id, webhookId, events: await triggerEach(service.api, webhookId, missed) };
}

const eventsOf = (webhookId: string) => service.api.notifications({ webhook: webhookId });

test('a listener that starts now gets nothing of what waited, and the history says why', async () => {
  const { id, webhookId } = await away('no-backlog', 3);
  expect(await service.api.placeListener(id, { start: 'now' })).toEqual({ skipped: 3, replayed: 0 });
  const client = await bareClient(service, 'no-backlog');
  expect(client.ready.missed).toBe(0);
  const { notifications } = await eventsOf(webhookId);
  expect(notifications).toHaveLength(3);
  for (const one of notifications) expect(one).toMatchObject({ status: 'failed', lastError: 'skipped' });
});

test('a listener that goes back gets what it had and what waited, in order, as new notifications', async () => {
  const first = await bareClient(service, 'back');
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [first.webhookId] });
  await first.got(1);
  first.handle(0);
  const [done] = await finished(service.api, { event: event.eventId });
  first.cut();
  await waitUntil('the service saw it go', async () => {
    const { listeners } = await service.api.listeners();
    return listeners.some(({ id, connected }) => id === first.listenerId && !connected);
  });
  const inbox = await exchange(`${service.url}/in/${first.listenerId}/x`, { method: 'PUT', body: 'hello' });
  const waiting = (inbox.json as { eventId: string }).eventId;

  const byNotification = await service.api.placeListener(first.listenerId, { start: done?.id ?? '' });
  expect(byNotification).toEqual({ skipped: 1, replayed: 2 });
  const byTime = await service.api.placeListener(first.listenerId, { start: done?.createdAt ?? '' });
  expect(byTime).toEqual({ skipped: 2, replayed: 2 });
  const again = await bareClient(service, 'back');
  expect(await again.got(2)).toEqual([event.eventId, waiting]);
  expect(again.deliveries[1]).toMatchObject({ method: 'PUT', path: '/x', attempt: 1 });
  expect(again.deliveries.map(({ id }) => id)).not.toContain(done?.id);
});

describe('a listener that is connected', () => {
  test('is left where it is, unless it is to be taken over: then its link ends first, for good', async () => {
    const client = await bareClient(service, 'held');
    const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [client.webhookId] });
    await client.got(1);
    client.handle(0);
    await finished(service.api, { event: event.eventId });
    const start = new Date(Date.now() - 60_000).toISOString();
    expect(await place(client.listenerId, { start })).toMatchObject({
      status: 409,
      json: {
        Code: 'Conflict',
        Reason: '“held” is held by another session, which gets what waits for it.',
        Hint: expect.stringContaining('--takeover'),
      },
    });

    expect(await place(client.listenerId, { start, takeover: true })).toMatchObject({ status: 200 });
    expect(await client.closed).toEqual({ code: 4410, reason: '“held” was taken over by another client.' });
    expect(client.deliveries).toHaveLength(1);
  });

  test('keeps its link when the place it is to be taken to is none', async () => {
    const client = await bareClient(service, 'kept');
    expect(await place(client.listenerId, { start: 'ntf_nobody', takeover: true })).toMatchObject({ status: 404 });
    const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [client.webhookId] });
    expect(await client.got(1)).toEqual([event.eventId]);
  });
});

describe('a place is refused', () => {
  test.each([
    '10m',
    'yesterday',
    'soon 2050',
    '',
    '2026-13-45T00:00:00Z',
    '2026-11-23T12:00:00',
    '2026-11-23T12:00:00Z or so',
  ])('for the start “%s”', async (start) => {
    const { id } = await away('refused', 0);
    expect(await place(id, { start })).toMatchObject({ status: 400, json: { Code: 'InvalidRequest' } });
  });

  test('for a start that is longer than any, without a word of it', async () => {
    const { id } = await away('refused', 0);
    const answer = await place(id, { start: `ntf_${'x'.repeat(61)}` });
    expect(answer).toMatchObject({ status: 400, json: { Reason: '“start” is longer than 64 characters.' } });
  });

  test('for a notification, a listener or an account that it is not of, and changes nothing', async () => {
    const { id, webhookId } = await away('mine', 1);
    expect(await place(id, { start: 'ntf_nobody' })).toMatchObject({
      status: 404,
      json: { Code: 'NotFound', Reason: 'There is no notification ntf_nobody.' },
    });
    expect(await place('lst_nobody', { start: 'now' })).toMatchObject({ status: 404 });
    const theirs = service.stranger.api.placeListener(id, { start: 'now', takeover: true });
    await expect(theirs).rejects.toMatchObject({ code: 'NotFound', message: `There is no listener ${id}.` });
    expect((await eventsOf(webhookId)).notifications).toMatchObject([{ status: 'pending' }]);
  });

  test('for more than 10,000 events, and says what to do', async () => {
    // Of an account where nobody was told of them.
    const headers = { authorization: `Bearer ${await service.stranger.api.accessToken()}` };
    const events = Array.from({ length: 1_000 }, () => ({ eventType: 'Test' }));
    for (let i = 0; i < 10; i += 1) await service.call('POST', '/v1/events', { headers, json: { events } });
    const { id } = await service.stranger.api.openListener({ name: 'much' });
    const start = '2020-01-01T00:00:00Z';
    expect(await service.stranger.api.placeListener(id, { start })).toEqual({ skipped: 0, replayed: 10_000 });
    await service.stranger.api.triggerEvent({ eventType: 'Test' });
    await expect(service.stranger.api.placeListener(id, { start })).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: 'More than 10,000 events since 2020-01-01T00:00:00Z would be sent again.',
      hint: expect.stringContaining('Start later'),
    });
  });
});

describe('a listener that is signed as a webhook', () => {
  const registered = () =>
    service.api.createWebhook({ url: 'http://127.0.0.1:9/production', eventTypes: ['Unsubscribe'] });
  const verify = (secret: string, { headers, body }: BareClient['deliveries'][number], only?: number) => {
    const all = Object.fromEntries(headers);
    const each = all['webhook-signature']?.split(' ') ?? [];
    const signature = only === undefined ? each.join(' ') : (each[only] ?? '');
    return new Webhook(secret).verify(body, { ...all, 'webhook-signature': signature });
  };

  test('gets signatures that an app with that secret accepts, and its own', async () => {
    const production = await registered();
    const { secret } = await service.api.openListener({ name: 'signed' });
    const client = await bareClient(service, 'signed', {}, { signAs: production.id });
    await service.api.triggerEvent({ eventType: 'Test', to: [client.webhookId] });
    await client.got(1);
    const [delivery] = client.deliveries;
    if (!delivery) throw new Error('no delivery');
    expect(() => verify(production.secret, delivery, 0)).not.toThrow();
    expect(() => verify(secret, delivery)).not.toThrow();
    expect(() => verify(secret, delivery, 0)).toThrow();

    await service.api.removeWebhook(production.id);
    await service.api.triggerEvent({ eventType: 'Test', to: [client.webhookId] });
    await client.got(2);
    const [, after] = client.deliveries;
    if (!after) throw new Error('no delivery');
    expect(() => verify(production.secret, after)).toThrow();
    expect(() => verify(secret, after, 0)).not.toThrow();
  });

  test('is told of no secret but its own, and stops with the next opening that does not ask for it', async () => {
    const production = await registered();
    const opened = await service.api.openListener({ name: 'plain', signAs: production.id });
    expect(opened).toMatchObject({ signAs: production.id });
    expect(JSON.stringify(opened)).not.toContain(production.secret);
    expect((await service.api.openListener({ name: 'plain' })).signAs).toBeNull();
    const client = await bareClient(service, 'plain');
    await service.api.triggerEvent({ eventType: 'Test', to: [client.webhookId] });
    await client.got(1);
    const [delivery] = client.deliveries;
    if (!delivery) throw new Error('no delivery');
    expect(() => verify(production.secret, delivery)).toThrow();
  });

  test('is refused for a webhook that is not there, or another account’s', async () => {
    const theirs = await service.stranger.api.createWebhook({ url: 'http://127.0.0.1:9/theirs' });
    for (const signAs of ['whk_nobody', theirs.id]) {
      const refused = service.api.openListener({ name: 'refused-signer', signAs });
      await expect(refused).rejects.toMatchObject({ code: 'NotFound', message: `There is no webhook ${signAs}.` });
    }

    const { listeners } = await service.api.listeners();
    expect(listeners.map(({ name }) => name)).not.toContain('refused-signer');
  });
});
