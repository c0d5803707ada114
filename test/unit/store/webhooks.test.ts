import { expect, test } from 'vitest';
import { account, accept, addWebhook, openStore } from '../../helpers/open-store.js';

const NOBODY = '11111111-1111-4111-8111-111111111111';

test('a removed webhook gives up what was on its way, and its history stays', async () => {
  const store = await openStore();
  const [removed, other] = [await addWebhook(store), await addWebhook(store)];
  const first = await accept(store, { subscriptionId: 'dana' }, removed);
  const behind = await accept(store, { subscriptionId: 'dana' }, removed);
  const elsewhere = await accept(store, {}, other);
  const claim = { claim: 'a', now: 1, until: 2, limit: 10, perWebhook: 10, reachableListeners: [] };
  await store.claim(claim);
  await store.write((transaction) => transaction.removeWebhook(removed.id, 500));

  expect(await store.webhook(account.id, removed.id)).toBeUndefined();
  expect((await store.webhooks(account.id)).map(({ id }) => id)).toEqual([other.id]);
  for (const id of [first, behind]) {
    expect(await store.notification(account.id, id)).toMatchObject({
      status: 'failed',
      lastError: 'webhook_removed',
      finishedAt: 500,
      nextAttemptAt: null,
      webhookId: removed.id,
    });
  }
  expect(await store.notification(account.id, elsewhere)).toMatchObject({ status: 'pending' });
  await store.freeClaims();
  expect((await store.claim(claim)).claimed.map(({ id }) => id)).toEqual([elsewhere]);
});

test('a removed webhook leaves what was delivered as it was', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const id = await accept(store, {}, webhook);
  await store.claim({ claim: 'a', now: 1, until: 2, limit: 1, perWebhook: 1, reachableListeners: [] });
  const attempt = { number: 1, startedAt: 1, durationMs: 1, status: 204, error: null, answer: '', location: null };
  await store.recordAttempt({ claim: 'a', notificationId: id, attempt, next: { status: 'delivered' } });
  const before = await store.notification(account.id, id);
  await store.write((transaction) => transaction.removeWebhook(webhook.id, 500));
  expect(await store.notification(account.id, id)).toEqual({ ...before, webhookState: 'removed' });
  expect(await store.attempts(id)).toEqual([attempt]);
});

test('a removed listener takes its webhook along, and its name is free again', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store, { listenerId: 'lst_1' });
  const listener = { id: 'lst_1', name: 'laptop', webhookId: webhook.id, createdAt: 0 };
  await store.write((transaction) => transaction.addListener(account.id, listener));
  const id = await accept(store, {}, webhook);
  await expect(
    store.write((transaction) => transaction.addListener(account.id, { ...listener, id: 'lst_2' })),
  ).rejects.toThrow();

  await store.write((transaction) => transaction.removeListener('lst_1', 500));
  expect(await store.listener('lst_1')).toBeUndefined();
  expect(await store.webhooks(account.id)).toEqual([]);
  expect(await store.notification(account.id, id)).toMatchObject({ status: 'failed' });

  const next = await addWebhook(store, { listenerId: 'lst_2' });
  const again = { ...listener, id: 'lst_2', webhookId: next.id };
  await store.write((transaction) => transaction.addListener(account.id, again));
  expect(await store.listenerByName(account.id, 'laptop')).toEqual(again);
});

test('a change touches only what it names', async () => {
  const store = await openStore();
  const { secret, ...webhook } = await addWebhook(store, { headers: { 'X-Own': '1' }, eventTypes: ['Subscribe'] });
  await store.write((transaction) => transaction.changeWebhook(webhook.id, { enabled: false }));
  expect(await store.webhook(account.id, webhook.id)).toEqual({ ...webhook, enabled: false });
  await store.write((transaction) => transaction.changeWebhook(webhook.id, {}));
  await store.write((transaction) => transaction.changeWebhook(webhook.id, { eventTypes: [], headers: {} }));
  expect(await store.webhook(account.id, webhook.id)).toEqual({
    ...webhook,
    enabled: false,
    eventTypes: [],
    headers: {},
  });
  expect(await store.webhookSecrets(account.id, webhook.id)).toEqual({ secret, oldSecret: null });
});

test('a rotation keeps the newest two secrets, for the claim as well', async () => {
  const store = await openStore();
  const { id, secret: first } = await addWebhook(store);
  const rotate = (secret: string, until: number | null) =>
    store.write((transaction) => transaction.rotateSecret(id, secret, until));

  await rotate('second', 500);
  expect(await store.webhookSecrets(account.id, id)).toEqual({
    secret: 'second',
    oldSecret: { secret: first, until: 500 },
  });
  await rotate('third', 900);
  const newest = { secret: 'third', oldSecret: { secret: 'second', until: 900 } };
  expect(await store.webhookSecrets(account.id, id)).toEqual(newest);
  await accept(store, {}, { id });
  const { claimed } = await store.claim({
    ...{ claim: 'a', now: 1, until: 2, limit: 1, perWebhook: 1, reachableListeners: [] },
  });
  expect(claimed[0]?.webhook).toMatchObject(newest);

  await rotate('fourth', null);
  expect(await store.webhookSecrets(account.id, id)).toEqual({ secret: 'fourth', oldSecret: null });
});

test('a rotation touches no other webhook', async () => {
  const store = await openStore();
  const [one, other] = [await addWebhook(store), await addWebhook(store)];
  await store.write((transaction) => transaction.rotateSecret(one.id, 'new', 500));
  expect(await store.webhookSecrets(account.id, other.id)).toEqual({ secret: other.secret, oldSecret: null });
});

test('what belongs to another account is not there', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const id = await accept(store, { id: 'event' }, webhook);
  expect(await store.webhook(NOBODY, webhook.id)).toBeUndefined();
  expect(await store.webhookSecrets(NOBODY, webhook.id)).toBeUndefined();
  expect(await store.webhooks(NOBODY)).toEqual([]);
  expect(await store.event(NOBODY, 'event')).toBeUndefined();
  expect(await store.notification(NOBODY, id)).toBeUndefined();
  expect((await store.notifications(NOBODY, { limit: 10 })).items).toEqual([]);
});
