import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/store.js';
import { reachable } from '../../helpers/engine.js';
import { accept, addWebhook, openStore } from '../../helpers/open-store.js';

/** What a listener that takes these types gets, by the ids of events. */
async function claimed(store: Store, types: readonly string[] | null, window = 10): Promise<string[]> {
  const reachableListeners = [reachable('lst_1', { types, window })];
  const request = { claim: 'a', now: 1_000, until: 2_000, limit: 10, perWebhook: 10, reachableListeners };
  return (await store.claim(request)).claimed.map(({ event }) => event.id);
}

const addListener = (store: Store) => addWebhook(store, { listenerId: 'lst_1', url: 'listener:laptop' });

test('a listener that takes some types gets those, the first that fell due first, past all others', async () => {
  const store = await openStore();
  const listener = await addListener(store);
  const events = [
    ['a', 'Subscribe', 1],
    ['b', 'Test', 3],
    ['c', 'Inbox', 2],
    ['d', 'Test', 2],
    ['later', 'Test', 1_001],
    ['other', 'Unsubscribe', 0],
  ] as const;
  for (const [id, type, createdAt] of events) await accept(store, { id, type, createdAt }, listener);

  expect(await claimed(store, ['Test', 'Inbox'], 2)).toEqual(['c', 'd']);
  expect(await claimed(store, ['Test', 'Inbox'], 10)).toEqual(['b']);
  expect(await claimed(store, [])).toEqual([]);
  expect(await claimed(store, null)).toEqual(['other', 'a']);
});

test('what waits behind an earlier one of its subscription goes on waiting, though its own type is taken', async () => {
  const store = await openStore();
  const listener = await addListener(store);
  await accept(store, { id: 'first', type: 'Subscribe', subscriptionId: 's' }, listener);
  await accept(store, { id: 'second', type: 'Unsubscribe', subscriptionId: 's' }, listener);
  expect(await claimed(store, ['Unsubscribe'])).toEqual([]);
});

test('what a listener does not take for now is waiting all the same, though nobody owes it a place', async () => {
  const store = await openStore();
  await accept(store, { type: 'Subscribe', createdAt: 7 }, await addListener(store));
  const oldest = (types: readonly string[] | null) =>
    store.oldestDue({ now: 1_000, share: 2, reachableListeners: [reachable('lst_1', { types })] });
  expect(await oldest(null)).toEqual({ dueAt: 7, unservedDueAt: 7 });
  expect(await oldest(['Test'])).toEqual({ dueAt: 7, unservedDueAt: null });
});
