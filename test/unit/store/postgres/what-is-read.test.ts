import type pg from 'pg';
import { expect, test } from 'vitest';
import type { Webhook } from '../../../../src/model/webhook.js';
import type { Store } from '../../../../src/store/store.js';
import { account, addWebhook, newEvent } from '../../../helpers/open-store.js';
import { testDatabase } from '../../../helpers/postgres-database.js';
import { connectedTo, openOn } from '../../../helpers/postgres-stores.js';
import { waitUntil } from '../../../helpers/wait-until.js';

/** So many wait, and so many are accepted and delivered beside them. */
const MANY = 1_500;
const FEW = 30;
/** Rows of indexes and tables that one event may take, from accepting it to its outcome. */
const MOST_READ = 20;

test.each([
  ['all was delivered', MANY],
  ['nothing was there', 0],
])('an event reads no more when many wait, while what the database knows is that %s', async (_, delivered) => {
  const url = await testDatabase();
  const client = await connectedTo(url);
  const webhook = await withStore(url, async (store) => {
    const added = await addWebhook(store);
    await acceptAll(store, added, delivered);
    await deliverAll(store, delivered);
    return added;
  });
  await client.query('VACUUM (ANALYZE)');
  await withStore(url, (store) => acceptAll(store, webhook, MANY));

  const atFirst = await rowsRead(client);
  await withStore(url, async (store) => {
    await acceptAll(store, webhook, FEW);
    await deliverAll(store, FEW);
  });
  const read = (await rowsRead(client)) - atFirst;
  expect(read).toBeGreaterThan(FEW);
  expect(read).toBeLessThan(FEW * MOST_READ);
});

/** Its connections are gone in the end: then the server has counted what they read. */
async function withStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openOn(url);
  const result = await work(store);
  await store.close();
  const client = await connectedTo(url);
  await waitUntil('it is alone', async () => {
    const others = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'calreply'`,
    );
    return others.rows.length === 0;
  });
  await client.end();
  return result;
}

/** Events of as many subscriptions, in one call. */
async function acceptAll(store: Store, webhook: Webhook, count: number): Promise<void> {
  if (count === 0) return;
  const events = Array.from({ length: count }, (_, i) => {
    const event = newEvent({ subscriptionId: `sub_${i}_${count}` });
    return { event, isNewId: false, to: [webhook.id] };
  });
  const outcome = await store.acceptEvents({ accountId: account.id, events });
  expect(outcome.kind).toBe('accepted');
}

/** Claims as many, and tells of each that it was delivered. */
async function deliverAll(store: Store, count: number): Promise<void> {
  const common = { claim: 'a', now: 1, until: 1e15, reachableListeners: [] };
  const { claimed } = await store.claim({ ...common, limit: count, perWebhook: count });
  expect(claimed).toHaveLength(count);
  const attempt = { startedAt: 1, durationMs: 1, status: 200, error: null, answer: '', location: null };
  const kept = claimed.map(({ id, attempt: number }) =>
    store.recordAttempt({
      ...{ claim: 'a', notificationId: id, attempt: { ...attempt, number } },
      next: { status: 'delivered' },
    }),
  );
  expect(await Promise.all(kept)).not.toContain(false);
}

/** So many rows were read from tables and from indexes, since there are any. */
async function rowsRead(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ read: number }>(
    `
    SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname = ANY ($1))::int
      + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = ANY ($1))::int AS read`,
    [GROWING],
  );
  return rows[0]?.read ?? NaN;
}

const GROWING = ['events', 'notifications', 'attempts', 'claims', 'idempotency_keys'];
