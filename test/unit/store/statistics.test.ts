import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';
import type { Attempt } from '../../../src/model/notification.js';
import type { StatisticsFilter, Store } from '../../../src/store/store.js';

const request = { claim: 'a', now: 10_000, until: 20_000, limit: 100, perWebhook: 100, reachableListeners: [] };

/** Attempts everything that is due: `answers` says for which event with which status (null: no answer) and how fast. */
async function attemptAll(store: Store, answers: Record<string, [status: number | null, durationMs: number]>) {
  for (const { id, attempt, event } of (await store.claim(request)).claimed) {
    const [status, durationMs] = answers[event.id] ?? [200, 1];
    const error = status === null ? 'timeout' : null;
    const made: Attempt = { number: attempt, startedAt: 10_000, durationMs, status, error, answer: '', location: null };
    const next = { status: status === 200 ? 'delivered' : 'failed' } as const;
    await store.recordAttempt({ claim: 'a', notificationId: id, attempt: made, next });
  }
}

const NOTHING = { sent: 0, delivered: 0, failed: 0, pending: 0, p50Ms: null, p95Ms: null };

test('an empty history is all zeros', async () => {
  const store = await openStore();
  expect(await store.notificationStatistics(account.id, {})).toEqual({
    total: NOTHING,
    byType: [],
    byWebhook: [],
    byCalendar: [],
  });
});

async function storeWithHistory() {
  const store = await openStore();
  const [one, two] = [await addWebhook(store), await addWebhook(store)];
  await accept(store, { id: '1', createdAt: 100, calendarCode: 'sports' }, one, two);
  await accept(store, { id: '2', createdAt: 200, calendarCode: 'sports' }, one);
  await accept(store, { id: '3', createdAt: 300, type: 'Test' }, one);
  await attemptAll(store, { 1: [200, 10], 2: [500, 40], 3: [null, 15_000] });
  await accept(store, { id: '4', createdAt: 400, type: 'Test' }, two);
  return { store, one, two };
}

test('notifications are counted in all, by type, webhook and calendar, those that have most first', async () => {
  const { store, one, two } = await storeWithHistory();
  const ofOne = { sent: 3, delivered: 1, failed: 2, pending: 0, p50Ms: 10, p95Ms: 40 };
  const ofTwo = { sent: 2, delivered: 1, failed: 0, pending: 1, p50Ms: 10, p95Ms: 10 };
  const ofSports = { sent: 3, delivered: 2, failed: 1, pending: 0, p50Ms: 10, p95Ms: 40 };
  const ofTests = { sent: 2, delivered: 0, failed: 1, pending: 1, p50Ms: null, p95Ms: null };
  expect(await store.notificationStatistics(account.id, {})).toEqual({
    total: { sent: 5, delivered: 2, failed: 2, pending: 1, p50Ms: 10, p95Ms: 40 },
    byType: [
      { type: 'Subscribe', ...ofSports },
      { type: 'Test', ...ofTests },
    ],
    byWebhook: [
      { webhookId: one.id, webhookUrl: one.url, ...ofOne },
      { webhookId: two.id, webhookUrl: two.url, ...ofTwo },
    ],
    byCalendar: [
      { calendarCode: 'sports', ...ofSports },
      { calendarCode: null, ...ofTests },
    ],
  });
});

describe('a filter narrows what is counted', () => {
  test.each<[string, (ids: { one: string }) => StatisticsFilter, number]>([
    ['since, which is included', () => ({ since: 200 }), 3],
    ['until, which is not', () => ({ until: 200 }), 2],
    ['both', () => ({ since: 200, until: 300 }), 1],
    ['a time to come', () => ({ since: 1_000_000 }), 0],
    ['type', () => ({ type: 'Test' }), 2],
    ['calendar', () => ({ calendarCode: 'sports' }), 3],
    ['status', () => ({ status: 'failed' }), 2],
    ['webhook', ({ one }) => ({ webhookId: one }), 3],
    ['webhook and status', ({ one }) => ({ webhookId: one, status: 'delivered' }), 1],
  ])('%s', async (_name, filter, sent) => {
    const { store, one } = await storeWithHistory();
    expect((await store.notificationStatistics(account.id, filter({ one: one.id }))).total.sent).toBe(sent);
    expect((await store.notificationStatistics('another account', filter({ one: one.id }))).total).toEqual(NOTHING);
  });
});

test('p50 and p95 are the response times within which so many of 100 answers came, of every attempt', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const times: Record<string, [number, number]> = {};
  for (let ms = 1; ms <= 100; ms += 1) {
    await accept(store, { id: String(ms) }, webhook);
    times[ms] = [ms % 2 === 0 ? 200 : 503, ms];
  }

  await attemptAll(store, times);
  expect((await store.notificationStatistics(account.id, {})).total).toMatchObject({ p50Ms: 50, p95Ms: 95 });
});

test('a history longer than what is read at once is counted whole, and each once', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const ids = Array.from({ length: 1_003 }, () => webhook.id);
  await store.write((transaction) => transaction.acceptEvent(newEvent(), ids));
  const { total, byWebhook } = await store.notificationStatistics(account.id, {});
  expect([total.sent, byWebhook[0]?.pending]).toEqual([1_003, 1_003]);
});

test('of a history of many days, the days that are asked for are counted', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const day = 24 * 3_600_000;
  for (let past = 1; past <= 10; past += 1) await accept(store, { createdAt: past * day }, webhook);
  const sentIn = async (filter: StatisticsFilter) =>
    (await store.notificationStatistics(account.id, filter)).total.sent;
  expect(await sentIn({ since: 3 * day, until: 5 * day })).toBe(2);
  expect([await sentIn({ since: 8 * day }), await sentIn({ until: 3 * day })]).toEqual([3, 2]);
  expect([await sentIn({ until: day }), await sentIn({ since: 11 * day })]).toEqual([0, 0]);
});

test('notifications of one millisecond, whose ids are in no order, are all in the window that begins or ends with them', async () => {
  const store = await openStore();
  const webhooks = await Promise.all(Array.from({ length: 20 }, () => addWebhook(store)));
  const hour = 3_600_000;
  for (const createdAt of [hour, 2 * hour, 3 * hour]) await accept(store, { createdAt }, ...webhooks);
  const sentIn = async (filter: StatisticsFilter) =>
    (await store.notificationStatistics(account.id, filter)).total.sent;
  const listed = async (filter: StatisticsFilter) =>
    (await store.notifications(account.id, { ...filter, limit: 1000 })).items.length;
  for (const count of [sentIn, listed]) {
    expect([await count({ since: 2 * hour }), await count({ until: 2 * hour + 1 })]).toEqual([40, 40]);
    expect(await count({ since: 2 * hour, until: 2 * hour + 1 })).toBe(20);
    expect([await count({ since: 1 }), await count({ until: 4 * hour })]).toEqual([60, 60]);
  }
});
