import { describe, expect, test } from 'vitest';
import { TimeZone } from '../../../src/model/time-zone.js';
import type { SubscriberQuery } from '../../../src/store/store.js';
import { account, openStore } from '../../helpers/open-store.js';
import { tell } from '../../helpers/subscriptions.js';

const accountId = account.id;
const utc = new TimeZone('UTC');
const day = (iso: string) => Math.floor(Date.parse(iso) / 86_400_000);

describe('subscribes by hour of the week', () => {
  /** The hours that have any, as `weekday hour: count`; Monday is 0. */
  async function hoursOf(zone: string, ...times: readonly string[]) {
    const store = await openStore();
    for (const at of times) await tell(store, 'Subscribe', { at });
    const { hours } = await store.subscribesByHour({ accountId, zone: new TimeZone(zone) });
    return hours.flatMap((count, hour) => (count > 0 ? [`${Math.floor(hour / 24)} ${hour % 24}: ${count}`] : []));
  }

  test('are counted on the clocks of the place, on both sides of a change of them', async () => {
    // Thursdays: winter time, summer time, and the same hour twice in the night it ends.
    const times = ['2026-01-01T18:30:00Z', '2026-05-28T17:30:00Z', '2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z'];
    expect(await hoursOf('Europe/Berlin', ...times)).toEqual(['3 19: 2', '6 2: 2']);
    expect(await hoursOf('UTC', ...times)).toEqual(['3 17: 1', '3 18: 1', '6 0: 1', '6 1: 1']);
  });

  test('also where clocks differ by less than an hour, and on the other day', async () => {
    expect(await hoursOf('Asia/Kathmandu', '2026-06-01T18:14:59Z', '2026-06-01T18:15:00Z')).toEqual([
      '0 23: 1',
      '1 0: 1',
    ]);
  });
});

test('subscribes and unsubscribes are counted by day, and who was there before', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { id: 'a', at: '2026-05-01T10:00:00Z' });
  await tell(store, 'Subscribe', { id: 'b', at: '2026-05-01T11:00:00Z' });
  await tell(store, 'Unsubscribe', { id: 'a', at: '2026-05-03T10:00:00Z' });
  await tell(store, 'Subscribe', { id: 'c', at: '2026-05-03T23:30:00Z' });
  await tell(store, 'Subscribe', { id: 'd', at: '2026-05-03T12:00:00Z', calendar: 'shows' });
  const all = await store.balanceByDay({ accountId, zone: utc });
  expect([...all.days]).toEqual([
    [day('2026-05-01'), { subscribes: 2, unsubscribes: 0 }],
    [day('2026-05-03'), { subscribes: 2, unsubscribes: 1 }],
  ]);
  expect(all.activeBefore).toBe(0);
  const later = await store.balanceByDay({
    ...{ accountId, zone: new TimeZone('Europe/Berlin'), calendarCode: 'sports' },
    ...{ since: Date.parse('2026-05-02T00:00:00Z'), until: Date.parse('2026-05-04T00:00:00Z') },
  });
  expect([...later.days]).toEqual([
    [day('2026-05-03'), { subscribes: 0, unsubscribes: 1 }],
    [day('2026-05-04'), { subscribes: 1, unsubscribes: 0 }],
  ]);
  expect(later.activeBefore).toBe(2);
});

test('who is only known to have unsubscribed was there before', async () => {
  const store = await openStore();
  await tell(store, 'Unsubscribe', { at: '2026-05-03T10:00:00Z' });
  await tell(store, 'SubscriptionDetailsUpdated', { at: '2026-05-03T10:00:00Z' });
  const counted = await store.balanceByDay({ accountId, zone: utc });
  expect(counted).toMatchObject({ activeBefore: 2 });
  expect([...counted.days.values()]).toEqual([{ subscribes: 0, unsubscribes: 1 }]);
  const since = Date.parse('2026-05-04T00:00:00Z');
  expect(await store.balanceByDay({ accountId, zone: utc, since })).toMatchObject({ activeBefore: 1 });
});

const newsletter = { utmSource: 'newsletter', utmMedium: 'email', utmCampaign: 'opener' };

test('campaigns are counted with who unsubscribed since, those that brought most first', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { id: 'a', at: '2026-05-01T10:00:00Z', ...newsletter });
  await tell(store, 'Subscribe', { id: 'b', at: '2026-05-02T10:00:00Z', ...newsletter });
  await tell(store, 'Subscribe', { id: 'c', at: '2026-05-02T10:00:00Z' });
  // It does not say how they came: that is known of their subscription.
  await tell(store, 'Unsubscribe', { id: 'b', at: '2026-05-20T10:00:00Z' });
  const { campaigns, total } = await store.campaigns({ accountId, zone: utc });
  expect(campaigns).toEqual([
    {
      ...newsletter,
      subscribes: 2,
      unsubscribes: 1,
      days: new Map([
        [day('2026-05-01'), 1],
        [day('2026-05-02'), 1],
      ]),
    },
    {
      utmSource: null,
      utmMedium: null,
      utmCampaign: null,
      subscribes: 1,
      unsubscribes: 0,
      days: new Map([[day('2026-05-02'), 1]]),
    },
  ]);
  expect(total).toEqual({ subscribes: 3, unsubscribes: 1 });
});

describe('tags', () => {
  async function storeWithTags() {
    const store = await openStore();
    await tell(store, 'Subscribe', {
      id: 'a',
      at: '2026-05-01T10:00:00Z',
      tags: ['Hawks', 'Rovers'],
      zipCode: '94110',
    });
    await tell(store, 'Subscribe', { id: 'b', at: '2026-05-01T10:00:00Z', tags: ['Hawks'], zipCode: '94103' });
    await tell(store, 'Subscribe', { id: 'c', at: '2026-05-01T10:00:00Z', zipCode: '60614' });
    await tell(store, 'Unsubscribe', { id: 'b', at: '2026-05-02T10:00:00Z' });
    return store;
  }

  test('are counted each, and who has two once in all', async () => {
    const store = await storeWithTags();
    expect(await store.tags({ accountId })).toEqual({
      tags: [
        { tag: 'Hawks', subscribes: 2, unsubscribes: 1 },
        { tag: 'Rovers', subscribes: 1, unsubscribes: 0 },
        { tag: null, subscribes: 1, unsubscribes: 0 },
      ],
      total: { subscribes: 3, unsubscribes: 1 },
      testsLeftOut: 0,
    });
  });

  test.each([
    ['94110', true, 1],
    ['941', false, 2],
    ['941', true, 0],
    ['9', false, 2],
    ['', false, 3],
  ])('in the zip codes %s (whole: %s) are of %i', async (start, isWhole, count) => {
    const store = await storeWithTags();
    expect((await store.tags({ accountId, zip: { start, isWhole } })).total.subscribes).toBe(count);
  });
});

test('what triggered events tell is left out, and said to be; on request it counts', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { id: 'a', at: '2026-05-01T10:00:00Z' });
  await tell(store, 'Subscribe', { id: 'b', at: '2026-05-01T10:00:00Z', isTest: true });
  // The test of an end ends nothing.
  await tell(store, 'Unsubscribe', { id: 'a', at: '2026-05-02T10:00:00Z', isTest: true });
  expect(await store.tags({ accountId })).toMatchObject({ total: { subscribes: 1, unsubscribes: 0 }, testsLeftOut: 1 });
  const withTests = await store.tags({ accountId, withTests: true });
  expect(withTests).toMatchObject({ total: { subscribes: 2, unsubscribes: 0 }, testsLeftOut: 0 });
});

test('what is of another account is not seen', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { at: '2026-05-01T10:00:00Z' });
  expect((await store.tags({ accountId: 'other' })).total.subscribes).toBe(0);
  expect((await store.subscribers({ accountId: 'other', limit: 10 })).items).toEqual([]);
});

test('one is ended by whoever asked no more', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { at: '2026-05-01T10:00:00Z' });
  const signal = AbortSignal.abort(new Error('They left.'));
  await expect(store.tags({ accountId, signal })).rejects.toThrow('They left.');
});

describe('subscribers', () => {
  const names = async (query: Partial<SubscriberQuery>, store = storeWithSubscribers()) => {
    const { items } = await (await store).subscribers({ accountId, limit: 10, ...query });
    return items.map(({ subscriberEmail, subscriberId }) => subscriberEmail ?? subscriberId);
  };

  async function storeWithSubscribers() {
    const store = await openStore();
    await tell(store, 'Subscribe', {
      ...{ id: 'a1', at: '2026-05-01T10:00:00Z', email: 'Ann@example.com', marketingAllowed: true, zipCode: '94110' },
      ...{ tags: ['Hawks'], ...newsletter },
    });
    await tell(store, 'Subscribe', {
      ...{ id: 'a2', at: '2026-05-03T10:00:00Z', email: 'ann@example.com', calendar: 'shows', tags: ['Drama'] },
    });
    await tell(store, 'Subscribe', {
      id: 'b',
      at: '2026-05-01T10:00:00Z',
      email: 'bob@example.com',
      marketingAllowed: true,
    });
    await tell(store, 'Unsubscribe', { id: 'b', at: '2026-05-02T10:00:00Z' });
    await tell(store, 'Subscribe', { id: 'c', at: '2026-05-01T10:00:00Z', subscriberId: 'device-7' });
    await tell(store, 'Subscribe', { id: 'd', at: '2026-05-01T10:00:00Z', email: 'test@example.com', isTest: true });
    return store;
  }

  test('are told once each, with all they subscribed to', async () => {
    const store = await storeWithSubscribers();
    const { items } = await store.subscribers({ accountId, limit: 10 });
    expect(items[0]).toEqual({
      ...{ subscriberEmail: 'ann@example.com', subscriberId: null, isActive: true, subscriptions: 2 },
      ...{
        calendars: ['shows', 'sports'],
        tags: ['Drama', 'Hawks'],
        zipCode: '94110',
        timezone: null,
        countryCode: null,
      },
      ...{ marketingAllowed: true, additionalOptIn: null, ...newsletter },
      ...{ firstSeenAt: Date.parse('2026-05-01T10:00:00Z'), lastSeenAt: Date.parse('2026-05-03T10:00:00Z') },
    });
  });

  test.each<[string, Partial<SubscriberQuery>, readonly string[]]>([
    ['who is subscribed to something', {}, ['ann@example.com', 'device-7']],
    ['also who unsubscribed', { withEnded: true }, ['ann@example.com', 'bob@example.com', 'device-7']],
    ['who allowed marketing', { isOptedIn: true }, ['ann@example.com']],
    ['who is on a calendar', { calendarCode: 'shows' }, ['ann@example.com']],
    ['also of triggered events', { withTests: true }, ['ann@example.com', 'device-7', 'test@example.com']],
  ])('are %s', async (_, query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('who takes back that marketing is allowed is asked no more', async () => {
    const store = await storeWithSubscribers();
    await tell(store, 'SubscriptionDetailsUpdated', { id: 'a1', at: '2026-06-02T10:00:00Z', marketingAllowed: false });
    expect(await names({ isOptedIn: true }, Promise.resolve(store))).toEqual([]);
  });

  test('come in pages, each of them once, also where many subscriptions are of one', async () => {
    const store = await openStore();
    for (let number = 0; number < 30; number += 1) {
      await tell(store, 'Subscribe', { at: '2026-05-01T10:00:00Z', email: `p${number % 7}@example.com` });
    }

    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.subscribers({ accountId, limit: 2, cursor });
      seen.push(...page.items.map(({ subscriberEmail }) => subscriberEmail));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((number) => `p${number}@example.com`));
  });

  test('are not told again for what came of them since', async () => {
    const store = await openStore();
    for (const name of ['ann', 'bob']) {
      await tell(store, 'Subscribe', { at: '2026-05-01T10:00:00Z', email: `${name}@example.com` });
    }

    const { nextCursor } = await store.subscribers({ accountId, limit: 1 });
    await tell(store, 'Subscribe', { at: '2026-05-02T10:00:00Z', email: 'ann@example.com' });
    const { items } = await store.subscribers({ accountId, limit: 10, cursor: nextCursor ?? '' });
    expect(items.map(({ subscriberEmail }) => subscriberEmail)).toEqual(['bob@example.com']);
  });

  test('a cursor that no page gave is refused', async () => {
    const store = await openStore();
    await expect(store.subscribers({ accountId, limit: 1, cursor: 'WzFd=' })).rejects.toThrow('is not a cursor');
  });
});

test('a subscription that ended and began again counts as two', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { id: 'a', at: '2026-05-01T10:00:00Z' });
  await tell(store, 'Unsubscribe', { id: 'a', at: '2026-05-02T10:00:00Z' });
  expect((await store.tags({ accountId })).total).toEqual({ subscribes: 1, unsubscribes: 1 });
  // Some of it is folded already, and what comes is told twice.
  for (let times = 0; times < 2; times += 1) await tell(store, 'Subscribe', { id: 'a', at: '2026-05-03T10:00:00Z' });
  expect((await store.tags({ accountId })).total).toEqual({ subscribes: 2, unsubscribes: 1 });
});
