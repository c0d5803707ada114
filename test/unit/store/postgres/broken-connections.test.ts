import { expect, test } from 'vitest';
import type { Store } from '../../../../src/store/store.js';
import { accept, account, addWebhook, newEvent } from '../../../helpers/open-store.js';
import { connectedTo, openOn, storesOnOne } from '../../../helpers/postgres-stores.js';
import { startTcpProxy } from '../../../helpers/tcp-proxy.js';

const CUT =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

test('connections that are cut cost what was under way, told as a passing state, and nothing that was accepted', async () => {
  const { url, stores } = await storesOnOne(1);
  const [store] = stores as [Store];
  const webhook = await addWebhook(store);
  const client = await connectedTo(url);
  const accepted: string[] = [];
  const failures: unknown[] = [];
  const send = async (index: number) => {
    const event = newEvent({ id: `event ${index}` });
    try {
      await store.acceptEvents({ accountId: account.id, events: [{ event, isNewId: true, to: [webhook.id] }] });
      accepted.push(event.id);
    } catch (error) {
      failures.push(error);
    }
  };
  for (let round = 0; round < 10; round += 1) {
    const sending = Array.from({ length: 20 }, (_, index) => send(round * 20 + index));
    await client.query(CUT);
    await Promise.all(sending);
  }

  for (const failure of failures) expect(failure).toMatchObject({ code: 'ServiceUnavailable' });
  expect(accepted.length).toBeGreaterThan(0);
  const kept = (await store.events(account.id, { limit: 1_000 })).items.map(({ id }) => id);
  expect(accepted.filter((id) => !kept.includes(id))).toEqual([]);
  await accept(store, {}, webhook);
});

test('a text with NUL and half a surrogate pair is kept as U+FFFD', async () => {
  const { stores } = await storesOnOne(1);
  const [store] = stores as [Store];
  await store.acceptEvents({
    accountId: account.id,
    events: [{ event: newEvent({ id: 'a\0b\ud800', subscriptionId: '\0' }), isNewId: true }],
  });
  const { items } = await store.events(account.id, { limit: 10 });
  expect(items).toMatchObject([{ id: 'a\ufffdb\ufffd', subscriptionId: '\ufffd' }]);
  await store.write((transaction) => transaction.addAccount({ id: 'x', name: 'a\0b', code: 'x', createdAt: 1 }));
  expect(await store.accountByCode('x')).toMatchObject({ name: 'a\ufffdb' });
});

test('a unit that is refused leaves nothing, and its connection is as good as before', async () => {
  const { stores } = await storesOnOne(1);
  const [store] = stores as [Store];
  for (let round = 0; round < 30; round += 1) {
    const refused = store.write(async (transaction) => {
      await transaction.addAccount({ id: 'never', name: 'never', code: 'never', createdAt: 1 });
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
  }

  expect(await store.accountByCode('never')).toBeUndefined();
});

test('a connection that is half open is given up, and others take its place', { timeout: 60_000 }, async () => {
  const { url } = await storesOnOne(0);
  const proxy = await startTcpProxy(url);
  const store = await openOn(proxy.through(url));
  const webhook = await addWebhook(store);
  proxy.swallowFromService();
  const startedAt = performance.now();
  await expect(accept(store, {}, webhook)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  // What is connected anew gets through.
  await accept(store, {}, webhook);
});

test('what was claimed when the connection broke, so that nobody was told of it, is given back with the next renewal', async () => {
  const { url, stores } = await storesOnOne(1);
  const [store] = stores as [Store];
  const webhook = await addWebhook(store);
  const heard = await accept(store, {}, webhook);
  const request = { claim: 'a', now: 1_000, until: 60_000, limit: 10, perWebhook: 10, reachableListeners: [] };
  expect((await store.claim(request)).claimed.map(({ id }) => id)).toEqual([heard]);
  const unheard = await accept(store, {}, webhook);
  const client = await connectedTo(url);
  await client.query(
    "INSERT INTO claims (notification_row, webhook_row, worker) SELECT row, webhook_row, 'a' FROM notifications WHERE id = $1",
    [unheard],
  );
  expect((await store.claim(request)).claimed).toEqual([]);
  await store.renewClaims('a', 60_000);
  expect((await store.claim(request)).claimed.map(({ id }) => id)).toEqual([unheard]);
});
