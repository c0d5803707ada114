import { expect, test } from 'vitest';
import type { NotificationQuery, NotificationResource } from '../../../src/api/contract.js';
import { waitForOutcomes } from '../../../src/trigger/outcomes.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { settle } from '../../helpers/settle.js';

const SINCE = '2026-11-23T12:00:00.000Z';

type Row = Pick<
  NotificationResource,
  'id' | 'status' | 'attemptCount' | 'subscriptionId' | 'createdAt' | 'webhookId' | 'blockedBy'
>;

const row = (number: number, changes: Partial<Row> = {}): Row => ({
  id: `ntf_${number}`,
  status: 'pending',
  attemptCount: 0,
  subscriptionId: `subscription ${number}`,
  createdAt: SINCE,
  webhookId: 'whk_1',
  blockedBy: null,
  ...changes,
});

/** A history that a test changes, in pages as the service gives them, newest first. */
function history(rows: Row[]) {
  const clock = new FakeClock(0);
  const asked: NotificationQuery[] = [];
  const api = {
    notifications(query: NotificationQuery) {
      asked.push(query);
      const { status, limit = 50, cursor = '0' } = query;
      const all = rows.filter((one) => one.status === status).reverse();
      const start = Number(cursor);
      const more = start + limit < all.length;
      const notifications = all.slice(start, start + limit) as NotificationResource[];
      return Promise.resolve({ notifications, nextCursor: more ? String(start + limit) : null });
    },
  };
  const settled: number[] = [];
  const stop = new AbortController();
  const wait = (ids = rows.map(({ id }) => id), blocked: readonly string[] = []) => {
    const options = { clock, signal: stop.signal, since: SINCE, onSettled: (count: number) => settled.push(count) };
    return waitForOutcomes({ api, ids: new Set(ids), blocked: new Set(blocked), ...options });
  };
  const set = (number: number, changes: Partial<Row>) => {
    rows[number] = row(number, changes);
  };
  return { clock, asked, wait, set, settled, stop };
}

const rows = (count: number, changes: Partial<Row> = {}) => Array.from({ length: count }, (_, i) => row(i, changes));

test('it is over when everything was delivered, given up, or tried in vain', async () => {
  const { clock, wait, set, settled } = history(rows(4));
  const waiting = wait();
  await settle();
  set(0, { status: 'delivered', attemptCount: 1 });
  set(1, { status: 'failed', attemptCount: 1 });
  await clock.advance(300, settle);
  set(2, { attemptCount: 1 });
  set(3, { status: 'delivered', attemptCount: 1 });
  await clock.advance(300, settle);

  const { undelivered, ...counts } = await waiting;
  expect(counts).toEqual({ delivered: 2, failed: 1, pending: 1, waiting: 0 });
  expect(undelivered.map(({ id }) => id)).toEqual(['ntf_1', 'ntf_2']);
  expect(settled).toEqual([0, 2, 4]);
});

test('ten thousand are looked at in ten calls, and what is older is left alone', async () => {
  const old = rows(5_000, { createdAt: '2026-11-23T11:59:59.999Z' }).map((one) => ({ ...one, id: `old_${one.id}` }));
  const { wait, asked } = history([...old, ...rows(10_000, { attemptCount: 1 })]);

  const { pending } = await wait(rows(10_000).map(({ id }) => id));

  expect(pending).toBe(10_000);
  expect(asked.filter(({ status }) => status === 'pending')).toHaveLength(11);
  expect(asked.every(({ limit }) => limit === 1_000)).toBe(true);
});

test('others’ notifications count for nothing', async () => {
  const { wait } = history([row(0, { status: 'delivered' }), row(1), row(2, { status: 'failed' })]);
  expect(await wait(['ntf_0'])).toEqual({ delivered: 1, failed: 0, pending: 0, waiting: 0, undelivered: [] });
});

test('what waits behind one that was tried in vain is not waited for', async () => {
  const behind = { subscriptionId: 'same' };
  const { wait } = history([row(0, { ...behind, attemptCount: 1 }), row(1, behind), row(2, behind)]);
  expect(await wait()).toMatchObject({ pending: 3 });
});

test('the same subscription at another webhook, and none at all, holds nothing back', async () => {
  const { clock, wait, settled } = history([
    row(0, { subscriptionId: 'same', attemptCount: 1 }),
    row(1, { subscriptionId: 'same', webhookId: 'whk_2' }),
    row(2, { subscriptionId: null, attemptCount: 1 }),
    row(3, { subscriptionId: null }),
  ]);
  const waiting = wait();
  await clock.advance(40_000, settle);
  await waiting;
  expect(settled[0]).toBe(2);
});

test('it goes on as long as something moves, and gives up 30 s after nothing did', async () => {
  const { clock, wait, set, settled } = history(rows(3));
  const waiting = wait();
  await clock.advance(25_000, settle);
  set(0, { status: 'delivered' });
  await clock.advance(25_000, settle);
  expect(settled.at(-1)).toBe(1);
  const looks = settled.length;
  set(1, { status: 'delivered' });
  await clock.advance(31_000, settle);

  expect(await waiting).toMatchObject({ delivered: 2, pending: 1 });
  expect(settled.length).toBeGreaterThan(looks);
  expect(clock.timerCount).toBe(0);
});

test('^C tells what is known by then', async () => {
  const { clock, wait, set, stop } = history(rows(2));
  set(0, { status: 'delivered' });
  const waiting = wait();
  await clock.advance(300, settle);
  stop.abort();

  expect(await waiting).toMatchObject({ delivered: 1, pending: 1 });
});

test('what was kept from being sent from the start is not waited for, and counted apart', async () => {
  const { wait, settled } = history([
    row(0, { status: 'delivered', attemptCount: 1 }),
    row(1, { blockedBy: 'listener_away' }),
  ]);
  expect(await wait(['ntf_0', 'ntf_1'], ['ntf_1'])).toMatchObject({
    ...{ delivered: 1, failed: 0, pending: 0, waiting: 1 },
    undelivered: [{ id: 'ntf_1' }],
  });
  expect(settled).toEqual([2]);
});

test('a listener that goes away on the way is waited for, a webhook that is turned off is not', async () => {
  const { clock, wait, set, settled } = history(rows(2));
  const waiting = wait();
  set(0, { blockedBy: 'listener_away' });
  set(1, { blockedBy: 'webhook_off' });
  await clock.advance(300, settle);
  set(0, { status: 'delivered', attemptCount: 1 });
  await clock.advance(300, settle);
  expect(await waiting).toMatchObject({ delivered: 1, pending: 0, waiting: 1 });
  expect(settled.at(-1)).toBe(2);
});
