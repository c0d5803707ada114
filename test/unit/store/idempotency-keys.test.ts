import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { account, newEvent, openStore } from '../../helpers/open-store.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const call = { requestHash: 'hash', eventId: '' };

test('a key is kept with its event, or neither is', async () => {
  const store = await openStore();
  const [kept, refused] = [newEvent(), newEvent()];
  const accept = (event: typeof kept) =>
    store.write(async (transaction) => {
      await transaction.acceptEvent(event, []);
      await transaction.keepKeyedCall(account.id, 'key', { ...call, eventId: event.id });
    });
  await accept(kept);

  await expect(accept(refused)).rejects.toThrow(/unique/i);

  expect(await store.keyedCall(account.id, 'key')).toEqual({ requestHash: 'hash', eventId: kept.id });
  expect(await store.event(account.id, refused.id)).toBeUndefined();
  expect(await store.keyedCall('somebody else', 'key')).toBeUndefined();
});

test('a key goes when its event goes', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const event = newEvent();
  await store.write(async (transaction) => {
    await transaction.acceptEvent(event, []);
    await transaction.keepKeyedCall(account.id, 'key', { ...call, eventId: event.id });
  });
  await store.close();
  const database = new DatabaseSync(join(folder, 'calreply.db'), { enableForeignKeyConstraints: true });
  database.exec('DELETE FROM events');
  database.close();

  expect(await (await openStore(folder)).keyedCall(account.id, 'key')).toBeUndefined();
});
