import { expect, test } from 'vitest';
import type { NewEvent, Store } from '../../../src/store/store.js';
import { account, newEvent, openStore } from '../../helpers/open-store.js';

const accept = (store: Store, key: string, ...events: readonly NewEvent[]) =>
  store.acceptEvents({
    accountId: account.id,
    key: { key, requestHash: 'hash' },
    events: events.map((event) => ({ event, isNewId: true })),
  });

test('a key is used once: what comes under it later is told what it made', async () => {
  const store = await openStore();
  const [first, second] = [newEvent(), newEvent()];
  const madeBefore = { kind: 'made-before', requestHash: 'hash', eventIds: [first.id] };
  const [one, other] = await Promise.all([accept(store, 'key', first), accept(store, 'key', second)]);

  expect([one.kind, other]).toEqual(['accepted', madeBefore]);
  expect(await accept(store, 'key', second)).toEqual(madeBefore);
  expect(await store.event(account.id, second.id)).toBeUndefined();
  expect(await store.keyedCall('somebody else', 'key')).toBeUndefined();
});

test('a key knows all the events of its call', async () => {
  const store = await openStore();
  const events = [newEvent(), newEvent(), newEvent()];
  await accept(store, 'key', ...events);
  expect(await store.keyedCall(account.id, 'key')).toEqual({
    requestHash: 'hash',
    eventIds: events.map(({ id }) => id),
  });
});

test('a key goes when its first event goes', async () => {
  const store = await openStore();
  await accept(store, 'key', newEvent({ createdAt: 0 }));
  // The newest event stays, however old.
  await accept(store, 'other', newEvent({ createdAt: 0 }));
  for await (const _ of store.removeOld(200_000)) continue;

  expect(await store.keyedCall(account.id, 'key')).toBeUndefined();
  expect(await store.keyedCall(account.id, 'other')).toBeDefined();
});
