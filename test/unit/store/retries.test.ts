import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook, openStore } from '../../helpers/open-store.js';
import type { AttemptRecord, ClaimRequest, Store } from '../../../src/store/store.js';

const NOBODY = '11111111-1111-4111-8111-111111111111';

const request = (changes: Partial<ClaimRequest> = {}): ClaimRequest => ({
  claim: 'a',
  now: 1000,
  until: 2000,
  limit: 100,
  perWebhook: 100,
  reachableListeners: [],
  ...changes,
});

/** Takes what is due, and answers the ids. */
const claim = async (store: Store, changes: Partial<ClaimRequest> = {}) =>
  (await store.claim(request(changes))).claimed.map(({ id }) => id);

const FAILED = { status: 'failed' } as const;
const DELIVERED = { status: 'delivered' } as const;

/** Records the next attempt of a claimed notification, which ended at `at`. */
async function attempt(store: Store, id: string, next: AttemptRecord['next'], at = 1000): Promise<void> {
  const number = ((await store.notification(account.id, id))?.attemptCount ?? 0) + 1;
  const status = next.status === 'delivered' ? 200 : 500;
  const made = { number, startedAt: at, durationMs: 0, status, error: null, answer: '', location: null };
  expect(await store.recordAttempt({ claim: 'a', notificationId: id, attempt: made, next })).toBe(true);
}

const retry = (store: Store, ids: readonly string[], now = 5000) =>
  store.write((transaction) => transaction.retryNotifications(account.id, ids, now));

const state = (store: Store, id: string) => store.notification(account.id, id);

/** A store with one webhook and notifications of one subscription to it, oldest first. */
async function ofOneSubscription(count: number) {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push(await accept(store, { subscriptionId: 'dana' }, webhook));
  return { store, webhook, ids: ids as [string, string, string] };
}

describe('a retry', () => {
  test.each([
    ['failed', FAILED],
    ['delivered', DELIVERED],
  ])('makes a %s notification pending and due now, and its attempts go on counting', async (_name, end) => {
    const store = await openStore();
    const id = await accept(store, {}, await addWebhook(store));
    await claim(store);
    await attempt(store, id, end);

    expect(await retry(store, [id])).toEqual([{ kind: 'pending' }]);

    expect(await state(store, id)).toMatchObject({
      status: 'pending',
      nextAttemptAt: 5000,
      finishedAt: null,
      attemptCount: 1,
    });
    const [claimed] = (await store.claim(request({ now: 5000 }))).claimed;
    expect(claimed).toMatchObject({ id, attempt: 2, scheduleAttempt: 1, firstAttemptAt: null });
    await attempt(store, id, DELIVERED, 5000);
    expect((await store.attempts(id)).map(({ number, status }) => [number, status])).toEqual([
      [1, end === DELIVERED ? 200 : 500],
      [2, 200],
    ]);
  });

  test('starts the schedule anew, also when the clock was set back meanwhile', async () => {
    const store = await openStore();
    const id = await accept(store, {}, await addWebhook(store));
    await claim(store);
    await attempt(store, id, FAILED, 1000);
    await retry(store, [id], 500);
    await claim(store, { now: 500 });
    await attempt(store, id, { status: 'pending', dueAt: 600 }, 500);
    const [second] = (await store.claim(request({ now: 600 }))).claimed;
    expect(second).toMatchObject({ attempt: 3, scheduleAttempt: 2, firstAttemptAt: 500 });
    await attempt(store, id, { status: 'pending', dueAt: 700 }, 400);
    const [third] = (await store.claim(request({ now: 700 }))).claimed;
    expect(third).toMatchObject({ attempt: 4, scheduleAttempt: 3, firstAttemptAt: 500 });
  });

  test('of one that waits for its next attempt makes it due now', async () => {
    const store = await openStore();
    const id = await accept(store, {}, await addWebhook(store));
    await claim(store);
    await attempt(store, id, { status: 'pending', dueAt: 900_000 });
    await retry(store, [id]);
    expect(await claim(store, { now: 5000 })).toEqual([id]);
  });

  test('leaves one in flight as it is', async () => {
    const store = await openStore();
    const id = await accept(store, {}, await addWebhook(store));
    await claim(store);
    expect(await retry(store, [id])).toEqual([{ kind: 'pending' }]);
    expect(await claim(store, { now: 9000 })).toEqual([]);
    await attempt(store, id, DELIVERED);
    expect(await state(store, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
  });

  test('is refused, and changes nothing, when the webhook was removed or is off or the account has none of that id', async () => {
    const store = await openStore();
    const [removed, off] = [await addWebhook(store), await addWebhook(store)];
    const gone = await accept(store, { id: 'event' }, removed);
    const held = await accept(store, { id: 'held' }, off);
    await store.write(async (transaction) => {
      await transaction.removeWebhook(removed.id, 100);
      await transaction.changeWebhook(off.id, { enabled: false });
    });
    const before = [await state(store, gone), await state(store, held)];

    expect(await retry(store, [gone, 'ntf_none', held])).toEqual([
      { kind: 'webhook-removed', webhookId: removed.id, webhookUrl: removed.url, eventId: 'event', isInbox: false },
      { kind: 'unknown' },
      { kind: 'webhook-off', webhookId: off.id, webhookUrl: off.url, eventId: 'held', isInbox: false },
    ]);
    expect([await state(store, gone), await state(store, held)]).toEqual(before);
    const foreign = await store.write((transaction) => transaction.retryNotifications(NOBODY, [held], 1));
    expect(foreign).toEqual([{ kind: 'unknown' }]);
  });
});

describe('the order of a subscription', () => {
  test('puts a retried one before the younger ones, which wait until it is finished', async () => {
    const { store, ids } = await ofOneSubscription(3);
    const [first, second, third] = ids;
    await claim(store);
    await attempt(store, first, FAILED);
    await claim(store, { now: 1001 });
    await attempt(store, second, { status: 'pending', dueAt: 2000 });

    await retry(store, [first]);
    expect(await state(store, second)).toMatchObject({ status: 'pending', nextAttemptAt: null, attemptCount: 1 });
    expect(await claim(store, { now: 9000 })).toEqual([first]);
    await attempt(store, first, DELIVERED, 9000);
    const [next] = (await store.claim(request({ now: 9000 }))).claimed;
    // It waited for reasons of another: its thirty minutes begin when it has its turn again.
    expect(next).toMatchObject({ id: second, attempt: 2, firstAttemptAt: null });
    await attempt(store, second, DELIVERED, 9000);
    expect(await claim(store, { now: 9000 })).toEqual([third]);
  });

  test.each<[string, AttemptRecord['next']]>([
    ['is delivered', DELIVERED],
    ['is given up', FAILED],
    ['fails an attempt', { status: 'pending', dueAt: 2000 }],
  ])('lets a retried one wait while a younger one is in flight, and go when that one %s', async (_name, next) => {
    const { store, ids } = await ofOneSubscription(2);
    const [first, second] = ids;
    await claim(store);
    await attempt(store, first, FAILED);
    expect(await claim(store, { now: 1001 })).toEqual([second]);

    await retry(store, [first]);
    expect(await state(store, first)).toMatchObject({ status: 'pending', nextAttemptAt: null });
    expect(await claim(store, { now: 9000 })).toEqual([]);
    await attempt(store, second, next, 1001);
    expect(await claim(store, { now: 9000 })).toEqual([first]);
    await attempt(store, first, DELIVERED, 9000);
    expect(await claim(store, { now: 9000 })).toEqual(next.status === 'pending' ? [second] : []);
  });

  test.each<[string, (store: Store, id: string) => Promise<unknown>]>([
    ['is given back unattempted', (store, id) => store.releaseClaim('a', id)],
    ['is freed because its holder died', (store) => store.freeClaims()],
  ])('lets a retried one go when the younger one in flight %s', async (_name, giveBack) => {
    const { store, ids } = await ofOneSubscription(2);
    const [first, second] = ids;
    await claim(store);
    await attempt(store, first, FAILED);
    await claim(store, { now: 1001 });
    await retry(store, [first]);
    await giveBack(store, second);
    expect(await claim(store, { now: 9000 })).toEqual([first]);
    await attempt(store, first, DELIVERED, 9000);
    expect(await claim(store, { now: 9000 })).toEqual([second]);
  });

  test('holds when several are retried at once, whatever their order in the call', async () => {
    const { store, ids } = await ofOneSubscription(3);
    for (const id of ids) {
      expect(await claim(store, { now: 1001 })).toEqual([id]);
      await attempt(store, id, FAILED);
    }

    await retry(store, ids.toReversed());
    for (const id of ids) {
      expect(await claim(store, { now: 9000 })).toEqual([id]);
      await attempt(store, id, DELIVERED, 9000);
    }
  });

  test('does not let one that waits behind an older one overtake it', async () => {
    const { store, ids } = await ofOneSubscription(2);
    const [first, second] = ids;
    await retry(store, [second]);
    expect(await state(store, second)).toMatchObject({ nextAttemptAt: null });
    expect(await claim(store, { now: 9000 })).toEqual([first]);
  });
});
