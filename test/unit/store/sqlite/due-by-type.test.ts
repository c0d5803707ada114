import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../../src/store/sqlite/store.js';
import { reachable } from '../../../helpers/engine.js';
import { accept, account, addWebhook, openStore } from '../../../helpers/open-store.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const claim = { claim: 'a', now: 1_000, until: 2_000, limit: 10, perWebhook: 10 };

test('what was accepted by an older program is found by its type, and what it finished when that is sent again', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const listener = await addWebhook(store, { listenerId: 'lst_1', url: 'listener:laptop' });
  const finished = await accept(store, { id: 'finished', type: 'Test' }, listener);
  await store.claim({ ...claim, reachableListeners: [reachable('lst_1')] });
  const attempt = { number: 1, startedAt: 0, durationMs: 1, status: 410, error: null, answer: '', location: null };
  await store.recordAttempt({ claim: 'a', notificationId: finished, attempt, next: { status: 'failed' } });
  await accept(store, { id: 'old', type: 'Test' }, listener);
  await store.close();
  const database = new DatabaseSync(join(folder, 'calreply.db'));
  database.exec(`
    DROP INDEX notifications_due_by_type;
    ALTER TABLE notifications DROP COLUMN listener_type;
    DROP TABLE subscription_periods;
    DROP TABLE events_to_fold;
    DROP TABLE calendar_events;
    DROP TABLE subscription_events;
    DROP TABLE attached_events;
    DROP INDEX subscriptions_username;
    DELETE FROM kysely_migration WHERE name >= '0010'`);
  database.close();

  const reopened = await openSqliteStore(folder);
  await reopened.write((transaction) => transaction.retryNotifications(account.id, [finished], 500));
  const { claimed } = await reopened.claim({ ...claim, reachableListeners: [reachable('lst_1', { types: ['Test'] })] });
  expect(claimed.map(({ event }) => event.id)).toEqual(['old', 'finished']);
  await reopened.close();
});
