import { describe, expect, test } from 'vitest';
import type { ClaimRequest, Store } from '../../../../src/store/store.js';
import { sleep, systemClock } from '../../../../src/util/clock.js';
import { newGuid } from '../../../../src/util/ids.js';
import { accept, account, addWebhook, newEvent } from '../../../helpers/open-store.js';
import { storesOnOne } from '../../../helpers/postgres-stores.js';

/** Whatever was handed on at the end of an attempt is due by then. */
const NOW = 1_100;

const request = (claim: string, changes: Partial<ClaimRequest> = {}): ClaimRequest => ({
  ...{ claim, now: NOW, until: 46_000, limit: 100, perWebhook: 100, reachableListeners: [] },
  ...changes,
});

const outcome = (claim: string, notificationId: string, number = 1) => ({
  ...{ claim, notificationId, next: { status: 'delivered' } as const },
  attempt: { number, startedAt: 1_000, durationMs: 5, status: 200, error: null, answer: '', location: null },
});

async function claimedIds(store: Store, name: string, changes?: Partial<ClaimRequest>): Promise<string[]> {
  return (await store.claim(request(name, changes))).claimed.map(({ id }) => id);
}

/** Events in one call. */
async function acceptMany(store: Store, count: number, to: string, subscriptionId: string | null = null) {
  const events = Array.from({ length: count }, () => ({
    event: newEvent({ subscriptionId }),
    isNewId: true,
    to: [to],
  }));
  await store.acceptEvents({ accountId: account.id, events });
}

describe('processes that claim at the same time', () => {
  test('never claim the same, and leave nothing', async () => {
    const { stores } = await storesOnOne(3);
    const [first] = stores as [Store, ...Store[]];
    const webhooks = await Promise.all([1, 2, 3, 4].map(() => addWebhook(first)));
    for (const { id } of webhooks) await acceptMany(first, 100, id);
    const ids: string[] = [];
    for (let round = 0; ids.length < 400 && round < 200; round += 1) {
      const claims = stores.map((store, index) => claimedIds(store, `worker ${index}`, { limit: 20 }));
      ids.push(...(await Promise.all(claims)).flat());
    }

    expect(ids).toHaveLength(400);
    expect(new Set(ids).size).toBe(400);
  });

  test('keep to what one webhook may have in flight, all together', async () => {
    const { stores } = await storesOnOne(3);
    const [first] = stores as [Store, ...Store[]];
    const webhook = await addWebhook(first);
    await acceptMany(first, 100, webhook.id);
    const ids: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const claims = stores.map((store, index) => claimedIds(store, `worker ${index}`, { perWebhook: 7 }));
      ids.push(...(await Promise.all(claims)).flat());
      expect(ids.length).toBeLessThanOrEqual(7);
    }

    expect(ids).toHaveLength(7);
  });
});

describe('the lease of a process', () => {
  test('runs out: another has what it held, and its own outcome counts no more', async () => {
    const { stores } = await storesOnOne(2);
    const [frozen, other] = stores as [Store, Store];
    const id = await accept(frozen, {}, await addWebhook(frozen));
    expect(await claimedIds(frozen, 'frozen', { until: 2_000 })).toEqual([id]);
    expect(await other.freeClaims(1_999)).toBe(0);
    expect(await claimedIds(other, 'other')).toEqual([]);
    expect(await other.freeClaims(2_001)).toBe(1);
    expect(await claimedIds(other, 'other')).toEqual([id]);

    // It thaws.
    await frozen.renewClaims('frozen', 60_000);
    expect(await frozen.recordAttempt(outcome('frozen', id))).toBe(false);
    expect(await other.recordAttempt(outcome('other', id))).toBe(true);
    expect(await frozen.attempts(id)).toHaveLength(1);
  });

  test('what it claims anew while it attempts it still is claimed for that attempt, and not attempted beside it', async () => {
    const { stores } = await storesOnOne(2);
    const [frozen, other] = stores as [Store, Store];
    const id = await accept(frozen, {}, await addWebhook(frozen));
    await claimedIds(frozen, 'frozen', { until: 2_000 });
    await other.freeClaims(2_001);
    await claimedIds(other, 'other', { until: 2_002 });
    await other.freeClaims(2_003);
    expect(await claimedIds(frozen, 'frozen')).toEqual([]);
    expect(await claimedIds(other, 'other')).toEqual([]);
    expect(await frozen.recordAttempt(outcome('frozen', id))).toBe(true);
    expect(await frozen.recordAttempt(outcome('frozen', id))).toBe(false);
    expect(await frozen.attempts(id)).toHaveLength(1);
  });

  describe.each([
    ['its outcome is written', (store: Store, id: string) => store.recordAttempt(outcome('one', id))],
    ['it is given back', (store: Store, id: string) => store.releaseClaim('one', id)],
  ])('runs out, and it is claimed anew while %s', (_, over) => {
    test.each([0, 1, 2, 3])('%i ms later: it is not left claimed for an attempt that is over', async (later) => {
      const { stores } = await storesOnOne(2);
      const [one, other] = stores as [Store, Store];
      const webhook = await addWebhook(one);
      for (let round = 0; round < 25; round += 1) {
        const id = await accept(one, {}, webhook);
        await claimedIds(one, 'one', { until: 2_000 });
        await other.freeClaims(2_001);
        const claiming = claimedIds(one, 'one');
        if (later > 0) await sleep(systemClock, later);
        const [claimed, isKept] = await Promise.all([claiming, over(one, id)]);
        if (isKept === true) expect(claimed).toEqual([]);
        else expect([...claimed, ...(await claimedIds(one, 'one'))]).toEqual([id]);
        if (isKept !== true) expect(await one.recordAttempt(outcome('one', id))).toBe(true);
      }
    });
  });

  test('is lengthened for all that it holds by one write, and by each claim', async () => {
    const { stores } = await storesOnOne(2);
    const [one, other] = stores as [Store, Store];
    const webhook = await addWebhook(one);
    await acceptMany(one, 5, webhook.id);
    await claimedIds(one, 'one', { until: 2_000, limit: 2 });
    await one.renewClaims('one', 9_000);
    await claimedIds(one, 'one', { until: 3_000, limit: 1 });
    expect(await other.freeClaims(8_999)).toBe(0);
    expect(await other.freeClaims(9_001)).toBe(3);
  });
});

describe('the order of a subscription, with events from several processes', () => {
  test('one has the turn, whoever came at the same time, and all get it one after another', async () => {
    const { stores } = await storesOnOne(3);
    const [first] = stores as [Store, ...Store[]];
    const webhook = await addWebhook(first);
    const subscriptionId = newGuid();
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => acceptMany(stores[index % 3] ?? first, 1, webhook.id, subscriptionId)),
    );

    const order: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      const worker = stores[round % 3] ?? first;
      const ids = await claimedIds(worker, `worker ${round % 3}`);
      expect(ids).toHaveLength(1);
      order.push(...ids);
      await worker.recordAttempt(outcome(`worker ${round % 3}`, ids[0] ?? ''));
    }

    expect(await claimedIds(first, 'worker 0')).toEqual([]);
    const { items } = await first.notifications(account.id, { limit: 100 });
    expect(order).toEqual(items.map(({ id }) => id).reverse());
  });

  test('nobody is left waiting, whatever is accepted while a turn ends', async () => {
    const { stores } = await storesOnOne(2);
    const [one, other] = stores as [Store, Store];
    const webhook = await addWebhook(one);
    const subscriptions = Array.from({ length: 10 }, () => newGuid());
    let delivered = 0;
    const deliver = async () => {
      const ids = await claimedIds(other, 'other');
      await Promise.all(ids.map((id) => other.recordAttempt(outcome('other', id))));
      delivered += ids.length;
    };
    for (let round = 0; round < 30; round += 1) {
      await Promise.all([...subscriptions.map((id) => acceptMany(one, 1, webhook.id, id)), deliver(), deliver()]);
    }

    for (let round = 0; delivered < 300 && round < 400; round += 1) await deliver();
    expect(delivered).toBe(300);
    expect(await one.pendingCount(10)).toBe(0);
  });
});

describe('calls that come to several processes at once', () => {
  test('with one idempotency key make one event', async () => {
    const { stores } = await storesOnOne(3);
    const [first] = stores as [Store, ...Store[]];
    const calls = Array.from({ length: 30 }, (_, index) =>
      (stores[index % 3] ?? first).acceptEvents({
        accountId: account.id,
        key: { key: 'the key', requestHash: 'hash' },
        events: [{ event: newEvent(), isNewId: true }],
      }),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'made-before')).toHaveLength(29);
    expect((await first.events(account.id, { limit: 10 })).items).toHaveLength(1);
  });

  test('with one event id keep it once', async () => {
    const { stores } = await storesOnOne(3);
    const [first] = stores as [Store, ...Store[]];
    const event = newEvent({ id: 'the same' });
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (stores[index % 3] ?? first).acceptEvents({ accountId: account.id, events: [{ event, isNewId: false }] }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['accepted', ...Array<string>(29).fill('event-exists')]);
  });

  test('nothing stays pending at a webhook that is removed meanwhile', async () => {
    const { stores } = await storesOnOne(2);
    const [one, other] = stores as [Store, Store];
    for (let round = 0; round < 5; round += 1) {
      const webhook = await addWebhook(one);
      await Promise.all([
        ...Array.from({ length: 20 }, () => acceptMany(one, 1, webhook.id, newGuid())),
        other.write((transaction) => transaction.removeWebhook(webhook.id, 5_000)),
        ...Array.from({ length: 20 }, () => acceptMany(other, 1, webhook.id)),
      ]);
    }

    expect(await one.pendingCount(10)).toBe(0);
  });
});
