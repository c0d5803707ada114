import { expect, test } from 'vitest';
import type { StatisticsFilter, Store } from '../../../src/store/store.js';
import { seededRandom } from '../../../src/util/seeded-random.js';
import { attemptDue } from '../../helpers/attempts.js';
import { account, accept, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Counts what can be counted; the answer is how many parts that were. */
async function countHistory(store: Store, settledBefore = Number.MAX_SAFE_INTEGER): Promise<number> {
  let counted = 0;
  for await (const count of store.countHistory(settledBefore)) counted += count;
  return counted;
}

/** Fills the rows up to the next part of the history, so that the one that was begun can be counted. */
async function fill(store: Store, webhookId: string, createdAt: number, count = 1_000): Promise<string> {
  const event = newEvent({ createdAt, type: 'Unsubscribe' });
  await store.write((transaction) =>
    transaction.acceptEvent(
      event,
      Array.from({ length: count }, () => webhookId),
    ),
  );
  return event.id;
}

test(
  'what is counted ahead is counted as it is without, by every filter, whatever happens to it afterwards',
  { timeout: 20_000 },
  async () => {
    const store = await openStore();
    const [one, two, off] = [
      await addWebhook(store),
      await addWebhook(store),
      await addWebhook(store, { enabled: false }),
    ];
    const random = seededRandom(7);
    const ids: string[] = [];
    for (let day = 1; day <= 4; day += 1) {
      for (let count = 0; count < 5; count += 1) {
        const createdAt = day * DAY + Math.floor(random() * DAY);
        const type = random() < 0.3 ? 'Test' : 'Subscribe';
        const calendarCode = random() < 0.5 ? 'sports' : null;
        ids.push(await accept(store, { createdAt, type, calendarCode }, random() < 0.5 ? one : two));
      }

      await attemptDue(store, (day + 1) * DAY, () => ({
        status: random() < 0.2 ? 500 : 200,
        durationMs: Math.floor(random() * 20_000),
      }));
      if (day % 2 === 0) await fill(store, off.id, day * DAY);
    }

    const figures = async (...filters: StatisticsFilter[]) =>
      Promise.all(filters.map((filter) => store.notificationStatistics(account.id, filter)));
    const filters: StatisticsFilter[] = [
      { type: 'Test' },
      { calendarCode: 'sports' },
      { status: 'failed' },
      { since: 2 * DAY },
      { since: DAY + 1, until: 3 * DAY },
      { webhookId: two.id, status: 'delivered' },
    ];
    const before = await figures({}, ...filters);
    expect(await countHistory(store)).toBe(2);
    expect(await figures({}, ...filters)).toEqual(before);
    expect(await store.notificationStatistics('another account', {})).toMatchObject({ total: { sent: 0 } });

    // What happens now is of parts that were counted.
    const changes: [string, () => Promise<unknown>][] = [
      [
        'a retry by hand',
        () => store.write((transaction) => transaction.retryNotifications(account.id, ids.slice(0, 9), DAY)),
      ],
      ['an attempt', () => attemptDue(store, 9 * DAY, () => ({ status: 500, durationMs: 7, againAt: 10 * DAY }))],
      ['an end', () => attemptDue(store, 10 * DAY)],
      ['a webhook that is taken off', () => store.write((transaction) => transaction.removeWebhook(off.id, 11 * DAY))],
      [
        'a removal',
        async () => {
          for await (const _ of store.removeOld(3.5 * DAY));
        },
      ],
    ];
    let last = await figures({});
    for (const [name, change] of changes) {
      await change();
      const changed = await figures({});
      expect(changed, name).not.toEqual(last);
      expect(await countHistory(store), name).toBeGreaterThan(0);
      expect(await figures({}), name).toEqual(changed);
      last = changed;
    }

    expect(last[0]?.total.sent).toBeLessThan(before[0]?.total.sent ?? 0);
  },
);

test('a part is counted once it is full, and nothing in it that is young is pending', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  await fill(store, webhook.id, DAY, 998);
  await accept(store, { createdAt: 2 * DAY }, webhook);
  expect(await countHistory(store)).toBe(0);
  await fill(store, webhook.id, 3 * DAY, 2);
  expect(await countHistory(store, 2 * DAY)).toBe(0);
  expect(await countHistory(store, 2 * DAY + 1)).toBe(1);
  expect(await countHistory(store, 2 * DAY + 1)).toBe(0);
});

test('answers up to 128 ms are told exactly, slower ones as at most 1.6 % slower, never faster', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  for (const durationMs of [0, 1, 100, 128, 129, 131, 999, 15_000, 3_600_001]) {
    const id = await accept(store, { id: String(durationMs), createdAt: 1 }, webhook);
    await attemptDue(store, 10, () => ({ durationMs }));
    const eventId = (await store.notification(account.id, id))?.eventId;
    const { total } = await store.notificationStatistics(account.id, { eventId });
    const told = total.p50Ms ?? -1;
    expect(told).toBeGreaterThanOrEqual(durationMs);
    expect(told - durationMs).toBeLessThanOrEqual(durationMs <= 128 ? 0 : durationMs * 0.016);
  }
});

test('the figures of one event, or of one subscription, are those of its notifications alone', async () => {
  const store = await openStore();
  const [one, two] = [await addWebhook(store), await addWebhook(store)];
  await accept(store, { id: 'first', createdAt: DAY, subscriptionId: 'dana' }, one, two);
  await accept(store, { id: 'second', createdAt: 2 * DAY, subscriptionId: 'dana' }, one);
  await accept(store, { id: 'other', createdAt: DAY }, one);
  await attemptDue(store, 3 * DAY, ({ event }) => ({ durationMs: event.id === 'first' ? 10 : 20 }));
  const total = async (filter: StatisticsFilter) => (await store.notificationStatistics(account.id, filter)).total;
  expect(await total({ eventId: 'first' })).toMatchObject({ sent: 2, delivered: 2, p95Ms: 10 });
  expect(await total({ subscriptionId: 'dana' })).toMatchObject({ sent: 3, pending: 1, p95Ms: 10 });
  expect(await total({ subscriptionId: 'dana', since: 2 * DAY })).toMatchObject({ sent: 1 });
  expect(await total({ subscriptionId: 'dana', webhookId: two.id })).toMatchObject({ sent: 1 });
});

test('statistics end when nobody waits for them any more', async () => {
  const store = await openStore();
  await accept(store, { createdAt: 1 }, await addWebhook(store));
  const gone = new AbortController();
  const statistics = store.notificationStatistics(account.id, {}, gone.signal);
  gone.abort(new Error('gone'));
  await expect(statistics).rejects.toThrow('gone');
});
