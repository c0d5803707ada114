import { beforeAll, describe, expect, test } from 'vitest';
import type { ListenerResource } from '../../src/api/contract.js';
import { bareClient } from '../helpers/bare-client.js';
import { finished } from '../helpers/history.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { triggerEach } from '../helpers/trigger-each.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const trigger = (webhookId: string, count: number) => triggerEach(service.api, webhookId, count);

/** Waits until the service has seen a client go. */
async function gone(listenerId: string): Promise<void> {
  await waitUntil('the service saw it go', async () => {
    const { json } = await service.call('GET', `/v1/listeners/${listenerId}`);
    return !(json as ListenerResource).connected;
  });
}

test('no more deliveries are on their way than the window of a listener', async () => {
  const narrow = await bareClient(service, 'narrow', { window: 2 });
  const ids = await trigger(narrow.webhookId, 4);
  expect(await narrow.got(2)).toEqual(ids.slice(0, 2));
  narrow.handle(1);
  // The next one comes for the one that was handled, and only that one.
  expect(await narrow.got(3)).toEqual(ids.slice(0, 3));
  narrow.handle(0);
  await narrow.got(4);

  const wide = await bareClient(service, 'wide', { window: 50 });
  await trigger(wide.webhookId, 50);
  await wide.got(50);
});

test.each([0, 257, 1.5, 'many'])('a window of %s is not understood', async (window) => {
  const client = bareClient(service, 'odd', { window: window as number });
  await expect(client).rejects.toThrow('window that is a whole number from 1 to 256');
});

test('with the order of the listener, nothing comes before the one before it has ended', async () => {
  const client = await bareClient(service, 'strict', { order: 'listener' });
  const ids = await trigger(client.webhookId, 3);
  expect(await client.got(1)).toEqual(ids.slice(0, 1));
  // It is to be tried again in five seconds, and holds the others back meanwhile.
  client.handle(0, 503);
  await waitUntil('the attempt is kept', async () => {
    const { notifications } = await service.api.notifications({ event: ids[0] });
    return notifications[0]?.attemptCount === 1;
  });
  const { notifications } = await service.api.notifications({ webhook: client.webhookId });
  expect(notifications.map(({ attemptCount }) => attemptCount)).toEqual([0, 0, 1]);
  await service.api.retryNotification(notifications[2]?.id ?? '');
  expect(await client.got(2)).toEqual([ids[0], ids[0]]);
  client.handle(1);
  expect(await client.got(3)).toEqual([ids[0], ids[0], ids[1]]);
  client.handle(2);
  expect(await client.got(4)).toEqual([ids[0], ids[0], ids[1], ids[2]]);
  expect(client.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 1]);
});

describe('a listener that is ready', () => {
  test('is told how many wait for it, and how long it was away', async () => {
    const first = await bareClient(service, 'told');
    expect(first.ready).toMatchObject({ listener: first.listenerId, missed: 0 });
    expect(first.ready).not.toHaveProperty('awayMs');
    first.cut();
    await gone(first.listenerId);
    const since = Date.now();
    await trigger(first.webhookId, 3);
    const second = await bareClient(service, 'told');
    expect(second.ready.missed).toBe(3);
    expect(second.ready.awayMs).toBeGreaterThanOrEqual(0);
    expect(second.ready.awayMs).toBeLessThan(Date.now() - since + 5_000);
    await second.got(3);
  });

  test('is told so by a service that has started again as well', async () => {
    const first = await bareClient(service, 'restarted');
    const since = Date.now();
    await service.stop();
    expect(await first.closed).toEqual({ code: 1012, reason: 'The service is stopping.' });
    await service.start();
    await trigger(first.webhookId, 1);
    const second = await bareClient(service, 'restarted');
    expect(second.ready.missed).toBe(1);
    expect(second.ready.awayMs).toBeGreaterThan(0);
    expect(second.ready.awayMs).toBeLessThanOrEqual(Date.now() - since);
  });

  test('is told how long its login holds', async () => {
    const { ready } = await bareClient(service, 'login');
    expect(ready.expiresIn).toBeGreaterThan(0);
    expect(ready.expiresIn).toBeLessThanOrEqual(300_000);
  });
});

describe('a listener that is held', () => {
  test('is taken over by one that says so, which gets what the other one had not handled', async () => {
    const holder = await bareClient(service, 'desk', { session: 'one', client: 'calreply on desk' });
    const [handled, open] = await trigger(holder.webhookId, 2);
    await holder.got(2);
    holder.handle(0);
    await finished(service.api, { event: handled });
    await expect(bareClient(service, 'desk', { session: 'two' })).rejects.toThrow(
      '“desk” is held by calreply on desk.',
    );

    const next = await bareClient(service, 'desk', { session: 'two', client: 'calreply on laptop', takeover: true });
    expect(await holder.closed).toEqual({ code: 4410, reason: '“desk” was taken over by calreply on laptop.' });
    expect(next.ready.missed).toBe(1);
    expect(await next.got(1)).toEqual([open]);
    next.handle(0);
    expect(await finished(service.api, { event: open })).toMatchObject([{ status: 'delivered', attemptCount: 1 }]);
  });

  test('is taken up by one that would take it over, when nobody holds it', async () => {
    const client = await bareClient(service, 'free', { takeover: true });
    await trigger(client.webhookId, 1);
    await client.got(1);
  });

  test('takes other types from one that is about to take it over, and from nobody else', async () => {
    const holder = await bareClient(service, 'types');
    const typesOf = async () => (await service.api.webhook(holder.webhookId)).eventTypes;
    await service.api.openListener({ name: 'types', eventTypes: ['Subscribe'] });
    expect(await typesOf()).toEqual([]);
    await service.api.openListener({ name: 'types', eventTypes: ['Subscribe'], takeover: true });
    expect(await typesOf()).toEqual(['Subscribe']);
  });

  test('is answered with what it takes and signs as, not with what was asked for', async () => {
    const { id: signAs } = await service.api.createWebhook({ url: 'http://127.0.0.1:9/production' });
    const held = { eventTypes: ['Unsubscribe' as const], signAs };
    await bareClient(service, 'answered', {}, held);
    const question = { name: 'answered', eventTypes: ['Subscribe' as const] };
    expect(await service.api.openListener(question)).toMatchObject(held);
    const taken = await service.api.openListener({ ...question, takeover: true });
    expect(taken).toMatchObject({ eventTypes: ['Subscribe'], signAs: null });
  });
});
