import { expect, test } from 'vitest';
import { account, addWebhook, newEvent, openStore } from '../../../helpers/open-store.js';

test('what is accepted between the last look and the write is found, though its webhook is off', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store, { listenerId: 'lst_1', url: 'listener:laptop' });
  await store.write((transaction) => transaction.changeWebhook(webhook.id, { enabled: false }));
  const start = { kind: 'time', since: 0 } as const;
  const placing = store.placeListener({ accountId: account.id, webhookId: webhook.id, start, now: 5_000 });
  // In the queue before the place is, and read by no slice.
  void store.acceptEvents({ accountId: account.id, events: [{ event: newEvent({ id: 'last' }), isNewId: true }] });
  expect(await placing).toEqual({ kind: 'placed', skipped: 0, replayed: 1 });
  const { items } = await store.notifications(account.id, { status: 'pending', limit: 100 });
  expect(items.map(({ eventId }) => eventId)).toEqual(['last']);
});
