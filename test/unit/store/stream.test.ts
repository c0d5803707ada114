import { expect, test } from 'vitest';
import type { Store, StreamFilter } from '../../../src/store/store.js';
import { account, accept, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';

const HOUR = 3_600_000;

/** Everything from a cursor to the end, in a word each, with the cursors. */
async function read(store: Store, start: string, filter: StreamFilter = {}) {
  const told: string[] = [];
  const cursors: string[] = [];
  for (let cursor = start; ;) {
    const page = await store.streamPage(account.id, cursor, filter);
    for (const { notification, attempt, cursor: after } of page.entries) {
      told.push(`${notification.eventId} ${attempt ? attempt.number : 'made'} ${notification.status}`);
      cursors.push(after);
    }

    cursor = page.cursor;
    if (page.isEnd) return { told, cursors, cursor };
  }
}

const fromStart = (store: Store) => store.streamStart({ since: 0 });

/** Attempts one notification of what is due. */
async function attemptNext(store: Store, at: number, status: number, isLast = true): Promise<void> {
  const request = { claim: 'a', now: at, until: at + 1000, limit: 1, perWebhook: 1, reachableListeners: [] };
  const [claimed] = (await store.claim(request)).claimed;
  if (!claimed) throw new Error('Nothing is due.');
  await store.recordAttempt({
    claim: 'a',
    notificationId: claimed.id,
    attempt: {
      number: claimed.attempt,
      startedAt: at,
      durationMs: 5,
      status,
      error: null,
      answer: '',
      location: null,
    },
    next:
      status < 300 ? { status: 'delivered' } : isLast ? { status: 'failed' } : { status: 'pending', dueAt: at + 1000 },
  });
}

/** `a` is delivered at its second try, `b` given up, `c` waits. */
async function storeWithHistory(): Promise<Store> {
  const store = await openStore();
  const webhook = await addWebhook(store);
  await accept(store, { id: 'a', createdAt: 100, type: 'Test', calendarCode: 'sports' }, webhook);
  await attemptNext(store, 200, 500, false);
  await accept(store, { id: 'b', createdAt: 300, subscriptionId: 'dana' }, webhook);
  await attemptNext(store, 400, 500);
  await attemptNext(store, 1300, 200);
  await accept(store, { id: 'c', createdAt: 1400 }, webhook);
  return store;
}

test('tells every notification and every attempt once, as they came', async () => {
  const store = await storeWithHistory();
  const { told } = await read(store, await fromStart(store));
  expect(told).toEqual([
    'a made pending',
    'a 1 pending',
    'b made pending',
    'b 1 failed',
    'a 2 delivered',
    'c made pending',
  ]);
});

test('goes on after any entry with what came after it', async () => {
  const store = await storeWithHistory();
  const { told, cursors } = await read(store, await fromStart(store));
  for (const [place, cursor] of cursors.entries()) {
    expect((await read(store, cursor)).told).toEqual(told.slice(place + 1));
  }
});

test('starts at the end, or with what was not before a time', async () => {
  const store = await storeWithHistory();
  const end = await store.streamStart({});
  expect((await read(store, end)).told).toEqual([]);
  expect((await read(store, await fromStart(store), { since: 405 })).told).toHaveLength(3);
  await accept(store, { id: 'd', createdAt: 2000 }, await addWebhook(store));
  expect((await read(store, end)).told).toEqual(['d made pending']);
});

test.each<[string, StreamFilter, string[]]>([
  ['failed', { status: 'failed' }, ['b 1 failed']],
  ['delivered', { status: 'delivered' }, ['a 2 delivered']],
  ['pending', { status: 'pending' }, ['a made pending', 'a 1 pending', 'b made pending', 'c made pending']],
  ['type', { type: 'Test' }, ['a made pending', 'a 1 pending', 'a 2 delivered']],
  ['calendar', { calendarCode: 'sports', status: 'delivered' }, ['a 2 delivered']],
  ['subscription', { subscriptionId: 'dana' }, ['b made pending', 'b 1 failed']],
  ['event', { eventId: 'c' }, ['c made pending']],
  ['webhook', { webhookId: 'whk_nobody' }, []],
])('narrows by %s', async (_name, filter, expected) => {
  const store = await storeWithHistory();
  expect((await read(store, await fromStart(store), filter)).told).toEqual(expected);
});

test('what was given up with its webhook, before any attempt, is told as failed from then on', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  await accept(store, { id: 'a' }, webhook);
  await store.write((transaction) => transaction.removeWebhook(webhook.id, 10));
  expect((await read(store, await fromStart(store))).told).toEqual(['a made failed']);
});

test('another account sees nothing of it, and its place moves on', async () => {
  const store = await storeWithHistory();
  const page = await store.streamPage('another account', await fromStart(store), {});
  expect(page).toEqual({ entries: [], cursor: await store.streamStart({}), isEnd: true });
});

test('a history that ends before the place it is asked for goes on from its end', async () => {
  const store = await storeWithHistory();
  const beyond = Buffer.from('500.500').toString('base64url');
  expect((await read(store, beyond)).cursor).toBe(await store.streamStart({}));
});

test('a long history comes in pages, whole, in order, and also where one table is far ahead of the other', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const ids = Array.from({ length: 1_700 }, (_, place) => `e${place}`);
  await store.write(async (transaction) => {
    for (const [place, id] of ids.entries()) {
      await transaction.acceptEvent(newEvent({ id, createdAt: 100 + place }), [webhook.id]);
    }
  });
  const request = { claim: 'a', now: 10_000, until: 20_000, limit: 1_000, perWebhook: 1_000, reachableListeners: [] };
  const { claimed } = await store.claim(request);
  const attempt = { number: 1, startedAt: 11_000, durationMs: 1, status: 200, error: null, answer: '', location: null };
  await Promise.all(
    claimed.map(({ id }) =>
      store.recordAttempt({ claim: 'a', notificationId: id, attempt, next: { status: 'delivered' } }),
    ),
  );

  const { told, cursors } = await read(store, await fromStart(store));
  const made = ids.map((id) => `${id} made pending`);
  const ended = claimed.map(({ event }) => `${event.id} 1 delivered`);
  expect(told).toEqual([...made, ...ended]);
  expect((await read(store, cursors[1_650] ?? '')).told).toEqual(told.slice(1_651));
  expect((await read(store, await fromStart(store), { eventId: 'e999' })).told).toHaveLength(2);
});

test('starts at a time long after the beginning without what was before', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  for (const hour of [1, 2, 3, 4]) {
    await accept(store, { id: `e${hour}`, createdAt: hour * HOUR }, webhook);
    await attemptNext(store, hour * HOUR, 200);
  }

  const since = 3 * HOUR;
  const { told } = await read(store, await store.streamStart({ since }), {});
  expect(told).toEqual(['e3 made pending', 'e3 1 delivered', 'e4 made pending', 'e4 1 delivered']);
});

test('a write is told to whoever listens, until it stops, and a claim is not', async () => {
  const store = await openStore();
  let told = 0;
  const stop = store.onWrite(() => (told += 1));
  await accept(store, {});
  await store.claim({ claim: 'a', now: 0, until: 1, limit: 1, perWebhook: 1, reachableListeners: [] });
  expect(told).toBe(1);
  stop();
  await accept(store, {});
  expect(told).toBe(1);
});
