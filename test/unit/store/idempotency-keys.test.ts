import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import type { NewEvent, Store } from '../../../src/store/store.js';
import { account, newEvent, openStore } from '../../helpers/open-store.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

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
  const folder = temporaryFolder();
  const store = await openStore(folder);
  await accept(store, 'key', newEvent());
  await store.close();
  const database = new DatabaseSync(join(folder, 'calreply.db'), { enableForeignKeyConstraints: true });
  database.exec('DELETE FROM events');
  database.close();

  expect(await (await openStore(folder)).keyedCall(account.id, 'key')).toBeUndefined();
});
