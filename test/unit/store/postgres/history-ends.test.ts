import { expect, test } from 'vitest';
import type { Store } from '../../../../src/store/store.js';
import { accept, account, addWebhook } from '../../../helpers/open-store.js';
import { connectedTo, storesOnOne } from '../../../helpers/postgres-stores.js';

/** The ids of what a stream gives from a cursor on, and where it ends. */
async function read(store: Store, cursor: string): Promise<{ ids: string[]; cursor: string }> {
  const page = await store.streamPage(account.id, cursor, {});
  return { ids: page.entries.map(({ notification }) => notification.id), cursor: page.cursor };
}

test('a stream waits for what is committed later with a lesser row, and passes nothing by', async () => {
  const { url, stores } = await storesOnOne(1);
  const [store] = stores as [Store];
  const webhook = await addWebhook(store);
  const start = await store.streamStart({});
  const other = await connectedTo(url);
  // Another process takes its row first, and commits last.
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM webhooks FOR KEY SHARE');
  await other.query(`
    INSERT INTO events (id, account_id, type, source, is_test, body, created_at, directed)
    VALUES ('first', '${account.id}', 'Test', 'trigger', 0, '', 0, 1)`);
  await other.query(`
    INSERT INTO notifications (id, account_id, event_row, webhook_row, status, attempt_count, created_at, due_at)
    SELECT 'ntf_first', '${account.id}', e.row, w.row, 'pending', 0, 0, 0 FROM events e, webhooks w WHERE e.id = 'first'`);
  const second = await accept(store, {}, webhook);
  const before = await read(store, start);
  expect(before.ids).toEqual([]);
  await other.query('COMMIT');
  const after = await read(store, before.cursor);
  expect(after.ids).toEqual(['ntf_first', second]);
  expect((await read(store, after.cursor)).ids).toEqual([]);
});

test.each([
  ['that began before', 'late'],
  ['that began after', 'early'],
])('a stream waits for a transaction %s the one that it sees, and has the lesser row', async (_, first) => {
  const { url, stores } = await storesOnOne(1);
  const [store] = stores as [Store];
  await addWebhook(store);
  const start = await store.streamStart({});
  const sessions = { late: await connectedTo(url), early: await connectedTo(url) };
  const begin = async (name: 'late' | 'early') => {
    await sessions[name].query('BEGIN');
    await sessions[name].query('SELECT 1 FROM webhooks FOR KEY SHARE');
  };
  const insert = (name: 'late' | 'early') =>
    sessions[name].query(`
      INSERT INTO notifications (id, account_id, event_row, webhook_row, status, attempt_count, created_at, due_at)
      SELECT 'ntf_${name}', '${account.id}', 1, w.row, 'pending', 0, 0, 0 FROM webhooks w`);
  await sessions.early.query(`
    INSERT INTO events (row, id, account_id, type, source, is_test, body, created_at, directed)
    VALUES (1, 'e', '${account.id}', 'Test', 'trigger', 0, '', 0, 1)`);
  // Numbers of transactions are given in this order, rows always to the late one first.
  await begin(first === 'late' ? 'late' : 'early');
  await begin(first === 'late' ? 'early' : 'late');
  await insert('late');
  await insert('early');
  await sessions.early.query('COMMIT');
  const before = await read(store, start);
  expect(before.ids).toEqual([]);
  await sessions.late.query('COMMIT');
  expect((await read(store, before.cursor)).ids).toEqual(['ntf_late', 'ntf_early']);
});

test('while a transaction is open, a stream begins where the history ends, and goes on where it was', async () => {
  const { url, stores } = await storesOnOne(2);
  const [one, fresh] = stores as [Store, Store];
  const webhook = await addWebhook(one);
  await accept(one, {}, webhook);
  const place = await one.streamStart({});
  const other = await connectedTo(url);
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM webhooks FOR KEY SHARE');
  expect((await read(fresh, place)).ids).toEqual([]);
  expect(await fresh.streamStart({})).toBe(place);
  await other.query('COMMIT');
  const id = await accept(one, {}, webhook);
  expect((await read(fresh, place)).ids).toEqual([id]);
});

test('two processes that count the same history count it once, and what changes meanwhile is not counted as it was', async () => {
  const { stores } = await storesOnOne(2);
  const [one, other] = stores as [Store, Store];
  const webhook = await addWebhook(one);
  const accepting = async (count: number) => {
    const events = Array.from({ length: count }, (_, index) => ({
      ...{ event: { ...EVENT, id: `${count} ${index}` }, isNewId: true, to: [webhook.id] },
    }));
    await one.acceptEvents({ accountId: account.id, events });
  };
  await accepting(2_100);
  const settled = Number.MAX_SAFE_INTEGER;
  const count = async (store: Store) => {
    for await (const _ of store.countHistory(settled)) continue;
  };
  const request = { claim: 'a', now: 1, until: 60_000, limit: 1_000, perWebhook: 1_000, reachableListeners: [] };
  const { claimed } = await one.claim(request);
  const attempt = { number: 1, startedAt: 1, durationMs: 1, status: 200, error: null, answer: '', location: null };
  const record = (id: string) =>
    one.recordAttempt({ claim: 'a', notificationId: id, attempt, next: { status: 'delivered' } });
  await Promise.all([count(one), count(other), ...claimed.map(({ id }) => record(id))]);
  const { total } = await other.notificationStatistics(account.id, {});
  expect(total).toMatchObject({ sent: 2_100, delivered: claimed.length, pending: 2_100 - claimed.length });
});

const EVENT = {
  ...({ accountId: account.id, type: 'Test', source: 'trigger', isTest: true, subscriptionId: null } as const),
  ...{ calendarCode: null, createdAt: 0, body: Buffer.from('{}'), request: null },
};
