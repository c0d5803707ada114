import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';
import type { EventFilter, NotificationFilter, Page, Store } from '../../../src/store/store.js';

async function allPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    pages.push([...page.items]);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && pages.length < 100);
  return pages;
}

async function storeWithEvents(count: number): Promise<Store> {
  const store = await openStore();
  await store.write(async (transaction) => {
    for (let i = 1; i <= count; i += 1) await transaction.acceptEvent(newEvent({ id: String(i), createdAt: i }), []);
  });
  return store;
}

describe('pages', () => {
  test('show everything once, newest first, and end', async () => {
    const store = await storeWithEvents(7);
    const pages = await allPages((cursor) => store.events(account.id, { limit: 3, cursor }));
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([['7', '6', '5'], ['4', '3', '2'], ['1']]);
  });

  test('end without an empty page when the last one is full', async () => {
    const store = await storeWithEvents(4);
    const pages = await allPages((cursor) => store.events(account.id, { limit: 2, cursor }));
    expect(pages.map(({ length }) => length)).toEqual([2, 2]);
    expect(await store.events('another account', { limit: 2 })).toEqual({ items: [], nextCursor: null });
  });

  test('show nothing twice when something new comes in between', async () => {
    const store = await storeWithEvents(4);
    const first = await store.events(account.id, { limit: 2 });
    await store.write((transaction) => transaction.acceptEvent(newEvent({ id: 'new' }), []));
    const second = await store.events(account.id, { limit: 10, cursor: first.nextCursor ?? undefined });
    expect(second.items.map(({ id }) => id)).toEqual(['2', '1']);
  });

  const encoded = (text: string) => Buffer.from(text).toString('base64url');

  test.each([
    '',
    'x',
    'MQ==',
    'M Q',
    '!',
    ...['abc', '1.5', '1e3', ' 1', '01', 'NaN', '9007199254740993'].map(encoded),
  ])('the cursor “%s” is refused', async (cursor) => {
    const store = await openStore();
    const refusal = { code: 'InvalidRequest', message: expect.stringContaining('cursor') };
    await expect(store.events(account.id, { limit: 1, cursor })).rejects.toMatchObject(refusal);
    await expect(store.notifications(account.id, { limit: 1, cursor })).rejects.toMatchObject(refusal);
  });

  test('any other text is a cursor of a page or refused, and never a failure of the database', async () => {
    const store = await storeWithEvents(2);
    const read = (cursor: string) =>
      store.events(account.id, { limit: 1, cursor }).then(
        () => 'InvalidRequest',
        (error: unknown) => (error as { code?: string }).code,
      );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (cursor) => (await read(cursor)) === 'InvalidRequest'),
    );
  });
});

test('a list of events does not read what they say, which may be more than fits into memory', async () => {
  const store = await openStore();
  await accept(store, { id: '1', body: Buffer.alloc(500_000, 'x') });
  const { items } = await store.events(account.id, { limit: 1 });
  expect(items.map((item) => Object.keys(item))).not.toContainEqual(expect.arrayContaining(['body']));
});

describe('filters of events', () => {
  test.each<[string, Partial<EventFilter>, string[]]>([
    ['type', { type: 'Test' }, ['3']],
    ['calendar', { calendarCode: 'sports' }, ['2', '1']],
    ['subscription', { subscriptionId: 'dana' }, ['3', '1']],
    ['since, which is included', { since: 200 }, ['3', '2']],
    ['until, which is not', { until: 200 }, ['1']],
    ['several at once', { subscriptionId: 'dana', calendarCode: 'sports' }, ['1']],
    ['nothing', {}, ['3', '2', '1']],
  ])('%s', async (_name, filter, expected) => {
    const store = await openStore();
    await accept(store, { id: '1', createdAt: 100, calendarCode: 'sports', subscriptionId: 'dana' });
    await accept(store, { id: '2', createdAt: 200, calendarCode: 'sports', subscriptionId: 'sam' });
    await accept(store, { id: '3', createdAt: 300, type: 'Test', subscriptionId: 'dana' });
    const { items } = await store.events(account.id, { limit: 10, ...filter });
    expect(items.map(({ id }) => id)).toEqual(expected);
  });
});

describe('filters of notifications', () => {
  test.each<Partial<NotificationFilter>>([
    { type: 'Subscribe' },
    { calendarCode: 'sports' },
    { subscriptionId: 'dana' },
  ])('page by page with %j, newest first, also between two of one event', async (filter) => {
    const store = await openStore();
    const webhooks = [await addWebhook(store), await addWebhook(store)];
    const event = { type: 'Subscribe', calendarCode: 'sports', subscriptionId: 'dana' };
    for (const id of ['1', '2', '3']) {
      await accept(store, { ...event, id }, ...webhooks);
      await accept(store, { type: 'Unsubscribe' }, ...webhooks);
    }

    const pages = await allPages((cursor) => store.notifications(account.id, { limit: 1, cursor, ...filter }));
    const [one, two] = webhooks.map(({ id }) => id);
    expect(pages.flat().map(({ eventId, webhookId }) => [eventId, webhookId])).toEqual(
      ['3', '2', '1'].flatMap((id) => [
        [id, two],
        [id, one],
      ]),
    );
  });

  test.each<Partial<NotificationFilter>>([{}, { type: 'Subscribe' }, { status: 'pending' }, { eventId: '1' }])(
    'page by page with %j, nothing left out and nothing twice, also when an event was sent again later',
    async (filter) => {
      const store = await openStore();
      const webhook = await addWebhook(store);
      const ids: string[] = [];
      for (const id of ['1', '2', '3']) ids.push(await accept(store, { id, createdAt: Number(id) }, webhook));
      for (const [id, now] of [
        ['1', 4],
        ['2', 5],
        ['1', 6],
      ] as const) {
        const event = { id, accountId: account.id };
        const again = await store.write((transaction) => transaction.resendEvent(event, [webhook.id], now));
        ids.push(...again);
      }

      const pages = await allPages((cursor) => store.notifications(account.id, { limit: 1, cursor, ...filter }));
      const expected = filter.eventId === undefined ? ids : [ids[0], ids[3], ids[5]];
      expect(
        pages
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(expected.toSorted());
    },
  );

  test.each<[string, (ids: { one: string; two: string }) => Partial<NotificationFilter>, string[]]>([
    ['webhook', ({ one }) => ({ webhookId: one }), ['3', '1']],
    ['event', () => ({ eventId: '1' }), ['1', '1']],
    ['status', () => ({ status: 'delivered' }), ['1']],
    ['status and webhook', ({ two }) => ({ status: 'pending', webhookId: two }), ['2', '1']],
    ['type', () => ({ type: 'Unsubscribe' }), ['3']],
    ['calendar', () => ({ calendarCode: 'sports' }), ['1', '1']],
    ['subscription', () => ({ subscriptionId: 'sam' }), ['2']],
    ['since and until', () => ({ since: 200, until: 300 }), ['2']],
  ])('%s', async (_name, filter, expected) => {
    const store = await openStore();
    const [one, two] = [await addWebhook(store), await addWebhook(store)];
    await accept(store, { id: '1', createdAt: 100, calendarCode: 'sports' }, one, two);
    await accept(store, { id: '2', createdAt: 200, subscriptionId: 'sam' }, two);
    await accept(store, { id: '3', createdAt: 300, type: 'Unsubscribe' }, one);
    const request = { claim: 'a', now: 100, until: 200, limit: 1, perWebhook: 1, reachableListeners: [] };
    const [claimed] = (await store.claim(request)).claimed;
    const attempt = { number: 1, startedAt: 100, durationMs: 5, status: 200, error: null, answer: '', location: null };
    const next = { status: 'delivered' } as const;
    expect(await store.recordAttempt({ claim: 'a', notificationId: claimed?.id ?? '', attempt, next })).toBe(true);

    const { items } = await store.notifications(account.id, { limit: 10, ...filter({ one: one.id, two: two.id }) });
    expect(items.map(({ eventId }) => eventId)).toEqual(expected);
  });
});

describe('times among many', () => {
  const HOUR = 3_600_000;
  const day = Array.from({ length: 24 }, (_, hour) => String(hour));

  async function storeWithDay() {
    const store = await openStore();
    const [one, two] = [await addWebhook(store), await addWebhook(store)];
    for (const [hour, id] of day.entries()) {
      await accept(store, { id, createdAt: hour * HOUR, type: hour % 2 === 0 ? 'Test' : 'Subscribe' }, one, two);
    }

    return { store, webhookId: one.id };
  }

  test.each<[string, Partial<EventFilter>, (hour: number) => boolean]>([
    ['since', { since: 20 * HOUR }, (hour) => hour >= 20],
    ['since between two', { since: 20 * HOUR + 1 }, (hour) => hour >= 21],
    ['until', { until: 3 * HOUR }, (hour) => hour < 3],
    ['since and until', { since: 7 * HOUR, until: 9 * HOUR }, (hour) => hour === 7 || hour === 8],
    ['since and type', { since: 20 * HOUR, type: 'Test' }, (hour) => hour >= 20 && hour % 2 === 0],
    ['until and type', { until: 3 * HOUR, type: 'Test' }, (hour) => hour < 3 && hour % 2 === 0],
    ['a time before all', { since: -HOUR }, () => true],
    ['a time after all', { since: 100 * HOUR }, () => false],
  ])('%s finds the events and the notifications of these hours', async (_name, filter, holds) => {
    const { store, webhookId } = await storeWithDay();
    const expected = day.filter((_id, hour) => holds(hour)).toReversed();
    const events = await store.events(account.id, { limit: 100, ...filter });
    expect(events.items.map(({ id }) => id)).toEqual(expected);
    const notifications = await store.notifications(account.id, { limit: 100, ...filter });
    expect(notifications.items.map(({ eventId }) => eventId)).toEqual(expected.flatMap((id) => [id, id]));
    const ofOne = await store.notifications(account.id, { limit: 100, webhookId, status: 'pending', ...filter });
    expect(ofOne.items.map(({ eventId }) => eventId)).toEqual(expected);
  });

  test('a rare type is found among many of a webhook, page by page', async () => {
    const { store, webhookId } = await storeWithDay();
    const rare = ['x', 'y', 'z'];
    for (const id of rare) await accept(store, { id, createdAt: 24 * HOUR, type: 'Unsubscribe' }, { id: webhookId });
    const filter = { type: 'Unsubscribe', webhookId, status: 'pending' } as const;
    const pages = await allPages((cursor) => store.notifications(account.id, { limit: 2, cursor, ...filter }));
    expect(pages.map((page) => page.map(({ eventId }) => eventId))).toEqual([['z', 'y'], ['x']]);
  });
});
