import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { account, openStore } from '../../../helpers/open-store.js';
import { tell } from '../../../helpers/subscriptions.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

test('what was accepted by an older program, which knew of no insights, is in them', async () => {
  const folder = temporaryFolder();
  const older = await openStore(folder);
  await tell(older, 'Subscribe', { id: 'a', at: '2026-05-01T10:00:00Z' });
  await tell(older, 'Unsubscribe', { id: 'a', at: '2026-05-02T10:00:00Z' });
  await older.close();
  const database = new DatabaseSync(join(folder, 'calreply.db'));
  database.exec(`
    DROP TABLE subscription_periods;
    DROP TABLE events_to_fold;
    DROP TABLE calendar_events;
    DROP TABLE subscription_events;
    DROP TABLE attached_events;
    DROP INDEX subscriptions_username;
    DELETE FROM kysely_migration WHERE name >= '0011'`);
  database.close();
  const store = await openStore(folder);
  expect((await store.tags({ accountId: account.id })).total).toEqual({ subscribes: 1, unsubscribes: 1 });
});
