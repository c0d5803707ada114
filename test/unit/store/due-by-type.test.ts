import { DatabaseSync } from '@photostructure/sqlite';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/store.js';
import { openSqliteStore } from '../../../src/store/sqlite/store.js';
import { reachable } from '../../helpers/engine.js';
import { accept, account, addWebhook, openStore } from '../../helpers/open-store.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

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

test('what was accepted by an older program is found by its type, and what it finished when that is sent again', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const listener = await addListener(store);
  const finished = await accept(store, { id: 'finished', type: 'Test' }, listener);
  await claimed(store, null);
  const attempt = { number: 1, startedAt: 0, durationMs: 1, status: 410, error: null, answer: '', location: null };
  await store.recordAttempt({ claim: 'a', notificationId: finished, attempt, next: { status: 'failed' } });
  await accept(store, { id: 'old', type: 'Test' }, listener);
  await store.close();
  const database = new DatabaseSync(join(folder, 'calreply.db'));
  database.exec(`
    DROP INDEX notifications_due_by_type;
    ALTER TABLE notifications DROP COLUMN listener_type;
    DELETE FROM kysely_migration WHERE name = '0010-due-by-type'`);
  database.close();

  const reopened = await openSqliteStore(folder);
  await reopened.write((transaction) => transaction.retryNotifications(account.id, [finished], 500));
  expect(await claimed(reopened, ['Test'])).toEqual(['old', 'finished']);
  await reopened.close();
});

test('what a listener does not take for now is waiting all the same, though nobody owes it a place', async () => {
  const store = await openStore();
  await accept(store, { type: 'Subscribe', createdAt: 7 }, await addListener(store));
  const oldest = (types: readonly string[] | null) =>
    store.oldestDue({ now: 1_000, share: 2, reachableListeners: [reachable('lst_1', { types })] });
  expect(await oldest(null)).toEqual({ dueAt: 7, unservedDueAt: 7 });
  expect(await oldest(['Test'])).toEqual({ dueAt: 7, unservedDueAt: null });
});
