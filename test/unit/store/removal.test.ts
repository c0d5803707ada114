import { expect, test } from 'vitest';
import type { NotificationFilter, Store } from '../../../src/store/store.js';
import { newGuid } from '../../../src/util/ids.js';
import { attemptDue } from '../../helpers/attempts.js';
import { account, accept, addWebhook, calendar, newEvent, openStore } from '../../helpers/open-store.js';
import { tell } from '../../helpers/subscriptions.js';

const DAY = 86_400_000;

/** Removes what is older than a time; the answer is how many rows each step took. */
async function removeOld(store: Store, before: number): Promise<number[]> {
  const steps: number[] = [];
  for await (const removed of store.removeOld(before)) steps.push(removed);
  return steps;
}

async function listed(store: Store, filter: Partial<NotificationFilter> = {}): Promise<string[]> {
  const { items } = await store.notifications(account.id, { limit: 1000, ...filter });
  return items.map(({ eventId }) => eventId);
}

async function events(store: Store): Promise<string[]> {
  const { items } = await store.events(account.id, { limit: 1000 });
  return items.map(({ id }) => id);
}

/** `old` and `older` were delivered long ago, `young` just now. */
async function storeWithHistory() {
  const store = await openStore();
  const webhook = await addWebhook(store);
  await accept(store, { id: 'older', createdAt: DAY }, webhook);
  const old = await accept(store, { id: 'old', createdAt: 2 * DAY }, webhook);
  await attemptDue(store, 2 * DAY);
  await accept(store, { id: 'young', createdAt: 30 * DAY }, webhook);
  await attemptDue(store, 30 * DAY);
  return { store, webhook, old };
}

test('what was finished before the time goes, with its attempts and its event', async () => {
  const { store, old } = await storeWithHistory();
  await removeOld(store, 20 * DAY);
  expect(await listed(store)).toEqual(['young']);
  expect(await events(store)).toEqual(['young']);
  expect(await store.notification(account.id, old)).toBeUndefined();
  expect(await store.attempts(old)).toEqual([]);
});

test('what is pending stays, however old, and so does its event: waiting, in flight, behind another, to be retried', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const off = await addWebhook(store, { enabled: false });
  await accept(store, { id: 'delivered here, waiting there', createdAt: 1 }, webhook, off);
  await accept(store, { id: 'retried', createdAt: 2 }, webhook);
  await attemptDue(store, 10, ({ event }) => (event.id === 'retried' ? { status: 500, againAt: 90 * DAY } : {}));
  await accept(store, { id: 'in flight', createdAt: 3, subscriptionId: 'dana' }, webhook);
  await accept(store, { id: 'behind it', createdAt: 4, subscriptionId: 'dana' }, webhook);
  await store.claim({ claim: 'a', now: 20, until: 30, limit: 10, perWebhook: 10, reachableListeners: [] });
  await accept(store, { id: 'newest', createdAt: 5 }, off);
  await removeOld(store, 80 * DAY);
  const left = ['newest', 'behind it', 'in flight', 'retried', 'delivered here, waiting there'];
  expect(await listed(store)).toEqual(left);
  expect(await events(store)).toEqual(left);
});

test('age is counted from the end: what was sent again by hand and delivered now stays', async () => {
  const { store, webhook, old } = await storeWithHistory();
  await store.write((transaction) => transaction.retryNotifications(account.id, [old], 40 * DAY));
  await removeOld(store, 39 * DAY);
  expect(await listed(store)).toEqual(['young', 'old']);
  await attemptDue(store, 41 * DAY);
  await accept(store, { id: 'newest', createdAt: 42 * DAY }, webhook);
  await attemptDue(store, 42 * DAY);
  await removeOld(store, 40 * DAY);
  expect(await listed(store)).toEqual(['newest', 'old']);
});

test('an event that was never sent to anybody goes by its own age', async () => {
  const store = await openStore();
  for (const day of [1, 2, 3]) await accept(store, { id: `of day ${day}`, createdAt: day * DAY });
  await removeOld(store, 2.5 * DAY);
  expect(await events(store)).toEqual(['of day 3']);
});

test('an idempotency key goes with its event, and may be used again', async () => {
  const store = await openStore();
  const acceptUnderKey = (id: string, createdAt: number) =>
    store.acceptEvents({
      accountId: account.id,
      key: { key: 'key', requestHash: 'hash' },
      events: [{ event: newEvent({ id, createdAt }), isNewId: true, to: [] }],
    });
  await acceptUnderKey('under a key', 10 * DAY);
  await accept(store, { id: 'newer', createdAt: 31 * DAY });
  await removeOld(store, 20 * DAY);
  expect(await store.keyedCall(account.id, 'key')).toBeUndefined();
  expect(await acceptUnderKey('next', 31 * DAY)).toMatchObject({ kind: 'accepted' });
});

test('many go in small steps, past what stays between them', async () => {
  const store = await openStore();
  const [gone, off] = [await addWebhook(store), await addWebhook(store, { enabled: false })];
  const acceptMany = (count: number, { id }: { id: string }) => {
    const ids = Array.from({ length: count }, () => id);
    return store.write((transaction) => transaction.acceptEvent(newEvent({ createdAt: 1 }), ids));
  };
  await acceptMany(300, gone);
  await acceptMany(1_100, off);
  await acceptMany(50, gone);
  await store.write((transaction) => transaction.removeWebhook(gone.id, 10));
  await accept(store, { createdAt: DAY }, off);
  const steps = await removeOld(store, 30 * DAY);
  expect(Math.max(...steps)).toBeLessThanOrEqual(200);
  const { total } = await store.notificationStatistics(account.id, {});
  expect(total).toMatchObject({ sent: 1_101, failed: 0, pending: 1_101 });
  // Two events and the webhook have nothing left.
  expect(steps.reduce((one, other) => one + other)).toBe(350 + 2 + 1);
});

test('the newest stays, so that no row number comes twice: a reader whose place is the end misses nothing', async () => {
  const { store, webhook } = await storeWithHistory();
  const end = await store.streamStart({});
  await removeOld(store, 365 * DAY);
  expect([await listed(store), await events(store)]).toEqual([['young'], ['young']]);
  await accept(store, { id: 'next', createdAt: 366 * DAY }, webhook);
  const { entries } = await store.streamPage(account.id, end, {});
  expect(entries.map(({ notification }) => notification.eventId)).toEqual(['next']);
});

test('what had the newest attempt stays too, where it is not the newest notification', async () => {
  const store = await openStore();
  const [webhook, off] = [await addWebhook(store), await addWebhook(store, { enabled: false })];
  await accept(store, { id: 'attempted', createdAt: 1 }, webhook);
  await accept(store, { id: 'waits', createdAt: 2 }, off);
  await attemptDue(store, 3);
  const end = await store.streamStart({});
  await removeOld(store, 30 * DAY);
  expect(await listed(store)).toEqual(['waits', 'attempted']);
  await store.write((transaction) => transaction.changeWebhook(off.id, { enabled: true }));
  await attemptDue(store, 31 * DAY);
  const { entries } = await store.streamPage(account.id, end, {});
  expect(entries.map(({ notification }) => notification.eventId)).toEqual(['waits']);
});

test('a stream goes on from a place that was removed with all that is left', async () => {
  const { store, webhook } = await storeWithHistory();
  const [first] = (await store.streamPage(account.id, await store.streamStart({ since: 0 }), {})).entries;
  await accept(store, { id: 'pending', createdAt: 31 * DAY }, webhook);
  await removeOld(store, 20 * DAY);
  const page = await store.streamPage(account.id, first?.cursor ?? '', {});
  expect(page.entries.map(({ notification }) => notification.eventId)).toEqual(['young', 'young', 'pending']);
  expect(page.isEnd).toBe(true);
});

test('a stream passes a long removed stretch by in one step', async () => {
  const store = await openStore();
  const [webhook, off] = [await addWebhook(store), await addWebhook(store, { enabled: false })];
  await accept(store, { id: 'stuck', createdAt: 0 }, off);
  const many = Array.from({ length: 2_100 }, () => webhook.id);
  await store.write((transaction) => transaction.acceptEvent(newEvent({ createdAt: 1 }), many));
  await store.write((transaction) => transaction.removeWebhook(webhook.id, 10));
  await accept(store, { id: 'newest', createdAt: 40 * DAY }, off);
  await removeOld(store, 30 * DAY);
  const first = await store.streamPage(account.id, await store.streamStart({ since: 0 }), {});
  const second = await store.streamPage(account.id, first.cursor, {});
  const told = [...first.entries, ...second.entries].map(({ notification }) => notification.eventId);
  expect([told, second.isEnd]).toEqual([['stuck', 'newest'], true]);
});

test.each<[string, Partial<NotificationFilter>]>([
  ['of all', {}],
  ['of a type, which goes by events', { type: 'Test' }],
])('a list %s goes on from a cursor whose row was removed with all that is left', async (_name, filter) => {
  const store = await openStore();
  const [webhook, off] = [await addWebhook(store), await addWebhook(store, { enabled: false })];
  for (const [place, to] of [off, off, webhook, off].entries()) {
    await accept(store, { id: `made ${place}`, createdAt: place, type: 'Test' }, to);
  }

  await attemptDue(store, 10);
  const { items, nextCursor } = await store.notifications(account.id, { ...filter, limit: 2 });
  expect(items.map(({ eventId }) => eventId)).toEqual(['made 3', 'made 2']);
  await accept(store, { createdAt: 40 * DAY, type: 'Test' }, webhook);
  await attemptDue(store, 40 * DAY);
  await removeOld(store, 30 * DAY);
  expect(await listed(store, filter)).not.toContain('made 2');
  expect(await listed(store, { ...filter, cursor: nextCursor ?? '' })).toEqual(['made 1', 'made 0']);
});

test('a subscription that ended goes, and one that is active stays', async () => {
  const store = await openStore();
  const ids = await Promise.all(
    [DAY, null].map(async (deactivatedAt) => {
      const id = newGuid();
      const subscription = { id, calendarId: calendar.id, username: id, method: 'Webcal', actionType: 'x' } as const;
      const times = { isActive: deactivatedAt === null, createdAt: 0, deactivatedAt };
      await store.write((transaction) =>
        transaction.addSubscription(account.id, { ...subscription, details: {}, ...times }),
      );
      return id;
    }),
  );
  await removeOld(store, 30 * DAY);
  const found = await Promise.all(ids.map((id) => store.subscription(account.id, id)));
  expect(found.map((one) => one?.id)).toEqual([undefined, ids[1]]);
});

test('a webhook that was taken off goes when nothing tells of it any more, a listener with it', async () => {
  const store = await openStore();
  const [unused, told, kept] = [await addWebhook(store), await addWebhook(store), await addWebhook(store)];
  const listener = { id: 'lst_one', name: 'laptop', webhookId: unused.id, createdAt: 0 };
  await store.write((transaction) => transaction.addListener(account.id, listener));
  await accept(store, { createdAt: 1 }, told);
  await attemptDue(store, 40 * DAY);
  await store.write(async (transaction) => {
    await transaction.removeListener(listener.id, 2);
    await transaction.removeWebhook(told.id, 3);
  });
  await removeOld(store, 30 * DAY);
  const had = await Promise.all([unused, told, kept].map(({ id }) => store.hadWebhook(account.id, id)));
  expect(had).toEqual([false, true, true]);
});

test('who unsubscribed long ago is forgotten, and stays in the figures', async () => {
  const store = await openStore();
  const email = 'ann@example.com';
  await tell(store, 'Subscribe', { id: 'a', at: '2026-01-01T10:00:00Z', email, zipCode: '94110' });
  await tell(store, 'Unsubscribe', { id: 'a', at: '2026-01-02T10:00:00Z', email });
  await tell(store, 'Subscribe', { id: 'b', at: '2026-01-01T10:00:00Z', email: 'bob@example.com' });
  const all = async () => {
    const { items } = await store.subscribers({ accountId: account.id, limit: 10, withEnded: true });
    return items.map(({ subscriberEmail }) => subscriberEmail);
  };
  await removeOld(store, Date.parse('2026-01-02T00:00:00Z'));
  expect(await all()).toEqual([email, 'bob@example.com']);
  await removeOld(store, Date.parse('2026-02-01T00:00:00Z'));
  expect(await all()).toEqual(['bob@example.com']);
  const zip = { start: '94110', isWhole: true };
  expect(await store.tags({ accountId: account.id, zip })).toMatchObject({ total: { subscribes: 1, unsubscribes: 1 } });
  // Nothing is left to do.
  expect((await removeOld(store, Date.parse('2026-02-01T00:00:00Z'))).reduce((sum, count) => sum + count)).toBe(0);
});

test('what triggered events told goes, when nothing was told for as long', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { id: 'a', at: '2026-01-01T10:00:00Z', isTest: true });
  await tell(store, 'Subscribe', { id: 'b', at: '2026-03-01T10:00:00Z', isTest: true });
  await removeOld(store, Date.parse('2026-02-01T00:00:00Z'));
  expect((await store.tags({ accountId: account.id, withTests: true })).total.subscribes).toBe(1);
});

test('an event is folded before it goes', async () => {
  const store = await openStore();
  await tell(store, 'Subscribe', { at: '2026-01-01T10:00:00Z' });
  await accept(store, { id: 'newest', createdAt: Date.parse('2027-01-01T00:00:00Z') });
  await removeOld(store, Date.parse('2026-12-01T00:00:00Z'));
  expect(await events(store)).toEqual(['newest']);
  expect((await store.tags({ accountId: account.id })).total.subscribes).toBe(1);
});
