import { expect, test } from 'vitest';
import { accept, account, addWebhook } from '../../../helpers/open-store.js';
import { noPgBouncer, startPgBouncer } from '../../../helpers/pgbouncer.js';
import { testDatabase } from '../../../helpers/postgres-database.js';
import { connectedTo, openOn } from '../../../helpers/postgres-stores.js';
import { waitUntil } from '../../../helpers/wait-until.js';

test('through PgBouncer in transaction mode everything goes on, and what is due is heard of past it', async (context) => {
  const why = noPgBouncer();
  if (why !== undefined) context.skip(why);
  const url = await testDatabase();
  const pooled = await startPgBouncer(url);
  const said: string[] = [];
  const stores = await Promise.all(
    [1, 2].map(() => openOn(pooled, { listenUrl: url, say: (text) => said.push(text) })),
  );
  // A connection of the pooler's would keep one for whoever is lent it next.
  const client = await connectedTo(url);
  const locks = await client.query(`
    SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND d.datname = current_database()`);
  expect(locks.rows).toEqual([]);
  const [one, other] = stores as [(typeof stores)[0], (typeof stores)[0]];
  const webhook = await addWebhook(one);
  let due = 0;
  other.onDue(() => (due += 1));
  // Connections of the pooler are lent to both, for a transaction each.
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => accept(index % 2 === 0 ? one : other, { subscriptionId: 's' }, webhook)),
  );
  const delivered: string[] = [];
  for (let round = 0; delivered.length < 100 && round < 400; round += 1) {
    const store = round % 2 === 0 ? one : other;
    const request = {
      claim: `worker ${round % 2}`,
      now: 1_000,
      until: 60_000,
      limit: 10,
      perWebhook: 10,
      reachableListeners: [],
    };
    const { claimed } = await store.claim(request);
    for (const { id } of claimed) {
      delivered.push(id);
      const attempt = { number: 1, startedAt: 0, durationMs: 1, status: 200, error: null, answer: '', location: null };
      await store.recordAttempt({ claim: request.claim, notificationId: id, attempt, next: { status: 'delivered' } });
    }
  }

  expect(delivered).toHaveLength(100);
  expect((await other.notifications(account.id, { status: 'delivered', limit: 200 })).items).toHaveLength(100);
  await waitUntil('it hears', () => due > 0);
  expect(said).toEqual([]);
});

test('a pooler that passes no notice on is told of once, with what to do', async (context) => {
  const why = noPgBouncer();
  if (why !== undefined) context.skip(why);
  const pooled = await startPgBouncer(await testDatabase());
  const said: string[] = [];
  const store = await openOn(pooled, { say: (text) => said.push(text) });
  await waitUntil('it says so', () => said.length > 0, 15_000);
  expect(said).toEqual([expect.stringMatching(/do not hear of each other .*pooler/)]);
  await addWebhook(store);
});
