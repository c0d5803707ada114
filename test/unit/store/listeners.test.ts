import { describe, expect, onTestFinished, test } from 'vitest';
import { reachable } from '../../helpers/engine.js';
import { account, accept, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';
import { newWebhookSecret } from '../../../src/util/ids.js';
import type { PlaceHolder, PlaceStart, Store } from '../../../src/store/store.js';

const claimAt = (now: number) => ({
  ...{ claim: 'a', now, until: now + 1_000, limit: 100, perWebhook: 100 },
  reachableListeners: [reachable('lst_1', { window: 256 })],
});

/** A store with a listener that wants these types. */
async function withListener(eventTypes: readonly ('Subscribe' | 'Unsubscribe')[] = []) {
  const store = await openStore();
  const webhook = await addWebhook(store, { listenerId: 'lst_1', url: 'listener:laptop', eventTypes });
  const listener = { id: 'lst_1', name: 'laptop', webhookId: webhook.id, createdAt: 0 };
  await store.write((transaction) => transaction.addListener(account.id, listener));
  return { store, webhook };
}

describe('a listener that connects', () => {
  const connect = (store: Store, at: number, countUpTo = 10) => store.connectListener('lst_1', { at, countUpTo });

  test('is told when it was last connected, and how many notifications wait for it', async () => {
    const { store, webhook } = await withListener();
    expect(await connect(store, 1_000)).toEqual({ lastConnectedAt: null, pending: 0 });
    await store.markConnected('lst_1', 1_500);
    const other = await addWebhook(store);
    for (const subscriptionId of ['dana', 'dana', null]) await accept(store, { subscriptionId }, webhook, other);
    expect(await connect(store, 2_000)).toEqual({ lastConnectedAt: 1_500, pending: 3 });
    expect(await connect(store, 3_000, 2)).toEqual({ lastConnectedAt: 2_000, pending: 2 });
  });

  test('wakes nobody who watches the history grow', async () => {
    const { store } = await withListener();
    let told = 0;
    onTestFinished(store.onWrite(() => (told += 1)));
    await connect(store, 1_000);
    await store.markConnected('lst_1', 2_000);
    expect(told).toBe(0);
  });

  test('is told nothing when it was removed', async () => {
    const { store } = await withListener();
    await store.write((transaction) => transaction.removeListener('lst_1', 500));
    expect(await connect(store, 1_000)).toBeUndefined();
  });
});

describe('a listener that is taken to another place', () => {
  const place = (store: Store, webhookId: string, start: PlaceStart, holder?: PlaceHolder) =>
    store.placeListener({ accountId: account.id, webhookId, start, now: 5_000 }, holder);

  /** The ids of the events that wait for the listener, in the order in which they are sent. */
  const waiting = async (store: Store) =>
    (await store.claim({ ...claimAt(9_000), limit: 0 })).claimed.map(({ event }) => event.id);

  test('starts now: what waits is given up and says why, what is in flight included, and others’ is left alone', async () => {
    const { store, webhook } = await withListener();
    const other = await addWebhook(store);
    const ids = [];
    for (const subscriptionId of ['dana', 'dana', null]) ids.push(await accept(store, { subscriptionId }, webhook));
    const elsewhere = await accept(store, {}, other);
    const [held] = (await store.claim({ ...claimAt(1), limit: 0 })).claimed;
    expect(await place(store, webhook.id, { kind: 'now' })).toEqual({ kind: 'placed', skipped: 3, replayed: 0 });
    for (const id of ids) {
      expect(await store.notification(account.id, id)).toMatchObject({
        ...{ status: 'failed', lastError: 'skipped', finishedAt: 5_000, nextAttemptAt: null },
      });
    }

    expect(await store.notification(account.id, elsewhere)).toMatchObject({ status: 'pending' });
    const attempt = { number: 1, startedAt: 1, durationMs: 1, status: 200, error: null, answer: '', location: null };
    const late = { claim: 'a', notificationId: held?.id ?? '', attempt, next: { status: 'delivered' as const } };
    expect(await store.recordAttempt(late)).toBe(false);
    await store.freeClaims();
    expect(await waiting(store)).not.toContain(held?.event.id);
  });

  test('starts at a time: what was accepted then or later is sent again, in that order', async () => {
    const { store, webhook } = await withListener();
    for (const [id, createdAt] of Object.entries({ early: 1_999, then: 2_000, late: 2_001, latest: 3_000 })) {
      await accept(store, { id, createdAt, subscriptionId: 'dana' }, webhook);
    }

    const placed = await place(store, webhook.id, { kind: 'time', since: 2_000 });
    expect(placed).toEqual({ kind: 'placed', skipped: 4, replayed: 3 });
    const { items } = await store.notifications(account.id, { status: 'pending', limit: 10 });
    expect(items.map(({ eventId }) => eventId)).toEqual(['latest', 'late', 'then']);
    expect(items.map(({ nextAttemptAt, createdAt }) => [nextAttemptAt, createdAt])).toEqual([
      [null, 5_000],
      [null, 5_000],
      [5_000, 5_000],
    ]);
  });

  test('starts with a notification, of whichever webhook', async () => {
    const { store, webhook } = await withListener();
    const other = await addWebhook(store);
    await store.write((transaction) => transaction.acceptEvent(newEvent({ id: 'before' })));
    const [start = ''] = await store.write((transaction) =>
      transaction.acceptEvent(newEvent({ id: 'start' }), [other.id, webhook.id]),
    );
    await store.write((transaction) => transaction.acceptEvent(newEvent({ id: 'after' })));
    expect((await store.notification(account.id, start))?.webhookId).toBe(other.id);
    await place(store, webhook.id, { kind: 'notification', id: start });
    expect(await waiting(store)).toEqual(['start', 'after']);
  });

  test('gets what it wants, also what came before it was there, and what was meant for others it does not', async () => {
    const { store, webhook } = await withListener(['Subscribe']);
    const other = await addWebhook(store);
    const events = [
      { event: newEvent({ id: 'wanted' }), to: undefined },
      { event: newEvent({ id: 'another type', type: 'Unsubscribe' }), to: undefined },
      { event: newEvent({ id: 'for the other' }), to: [other.id] },
      { event: newEvent({ id: 'for both', type: 'Test' }), to: [other.id, webhook.id] },
      { event: newEvent({ id: 'its inbox', type: 'Inbox', source: 'inbox' }), to: [webhook.id] },
      { event: newEvent({ id: 'another inbox', source: 'inbox' }), to: [other.id] },
    ];
    await store.acceptEvents({ accountId: account.id, events: events.map((one) => ({ ...one, isNewId: true })) });
    const attempt = { number: 1, startedAt: 1, durationMs: 1, status: 200, error: null, answer: '', location: null };
    const tested = { id: 'ntf_test', webhookId: other.id, status: 'delivered' as const, attempt };
    await store.write((transaction) => transaction.recordTest(newEvent({ id: 'a test of the other' }), tested));

    await place(store, webhook.id, { kind: 'time', since: 0 });
    expect(await waiting(store)).toEqual(['wanted', 'for both', 'its inbox']);
  });

  test('gets nothing of another account', async () => {
    const { store, webhook } = await withListener();
    const stranger = { id: 'stranger', name: 'Stranger', code: 'stranger', createdAt: 0 };
    await store.write(async (transaction) => {
      await transaction.addAccount(stranger);
      await transaction.acceptEvent(newEvent({ accountId: stranger.id }));
    });
    const placed = await place(store, webhook.id, { kind: 'time', since: 0 });
    expect(placed).toEqual({ kind: 'placed', skipped: 0, replayed: 0 });
  });

  test('stays where it is for a notification that is not there', async () => {
    const { store, webhook } = await withListener();
    const id = await accept(store, {}, webhook);
    const nowhere = await place(store, webhook.id, { kind: 'notification', id: 'ntf_nowhere' });
    expect(nowhere).toEqual({ kind: 'unknown-start' });
    expect(await store.notification(account.id, id)).toMatchObject({ status: 'pending' });
  });

  test('stays where it is while somebody holds it, also one who came while the history was gone through', async () => {
    const { store, webhook } = await withListener();
    const id = await accept(store, {}, webhook);
    for (const answers of [[true], [false, true]]) {
      const isHeld = () => answers.shift() ?? false;
      const onPlaced = () => expect.unreachable();
      expect(await place(store, webhook.id, { kind: 'now' }, { isHeld, onPlaced })).toEqual({ kind: 'held' });
      expect(answers).toEqual([]);
    }

    expect(await store.notification(account.id, id)).toMatchObject({ status: 'pending' });
  });

  test('is there when its holder is told, and its holder is not told of a place that it did not take', async () => {
    const { store, webhook } = await withListener();
    const id = await accept(store, {}, webhook);
    const seen: ReturnType<Store['notification']>[] = [];
    const holder = { isHeld: () => false, onPlaced: () => void seen.push(store.notification(account.id, id)) };
    await place(store, webhook.id, { kind: 'notification', id: 'ntf_nowhere' }, holder);
    expect(seen).toEqual([]);
    await place(store, webhook.id, { kind: 'now' }, holder);
    expect(await Promise.all(seen)).toMatchObject([{ status: 'failed' }]);
  });
});

describe('while the history is gone through for a listener', () => {
  /** It takes five turns of the event loop, and whatever is begun in the first of them comes in between. */
  const withHistory = async () => {
    const { store, webhook } = await withListener(['Subscribe']);
    const events = Array.from({ length: 5_000 }, (_, number) => ({
      event: newEvent({ id: `old ${number}`, type: number % 2_000 === 0 ? 'Subscribe' : 'Unsubscribe' }),
      isNewId: true,
      to: number === 1 ? [webhook.id] : undefined,
    }));
    // While the listener is off, so that nothing waits for it but what was sent to it by name.
    await store.write((transaction) => transaction.changeWebhook(webhook.id, { enabled: false }));
    await store.acceptEvents({ accountId: account.id, events });
    await store.write((transaction) => transaction.changeWebhook(webhook.id, { enabled: true }));
    return { store, webhook };
  };
  const placeAtStart = (store: Store, webhookId: string) =>
    store.placeListener({ accountId: account.id, webhookId, start: { kind: 'time', since: 0 }, now: 5_000 });
  const pending = async (store: Store) => {
    const { items } = await store.notifications(account.id, { status: 'pending', limit: 100 });
    return items.map(({ eventId }) => eventId).reverse();
  };

  test('others write: a listener that is removed then is not taken anywhere', async () => {
    const { store, webhook } = await withHistory();
    const placing = placeAtStart(store, webhook.id);
    await store.write((transaction) => transaction.removeListener('lst_1', 4_000));
    expect(await placing).toEqual({ kind: 'listener-removed' });
    expect(await pending(store)).toEqual([]);
  });

  test('what is accepted then is not lost, and comes last', async () => {
    const { store, webhook } = await withHistory();
    const placing = placeAtStart(store, webhook.id);
    await store.write(async (transaction) => {
      await transaction.acceptEvent(newEvent({ id: 'new' }));
      await transaction.acceptEvent(newEvent({ id: 'new and not wanted', type: 'Unsubscribe' }));
    });
    expect(await placing).toEqual({ kind: 'placed', skipped: 2, replayed: 5 });
    expect(await pending(store)).toEqual(['old 0', 'old 1', 'old 2000', 'old 4000', 'new']);
  });

  test('an inbox event that is resent to it is found, though it had been looked at', async () => {
    const { store, webhook } = await withListener(['Subscribe']);
    const inbox = { event: newEvent({ id: 'inbox', source: 'inbox' as const }), isNewId: true, to: [] };
    const others = Array.from({ length: 3_000 }, () => ({
      ...{ event: newEvent({ type: 'Unsubscribe' }), isNewId: true },
    }));
    await store.acceptEvents({ accountId: account.id, events: [inbox, ...others] });
    const placing = placeAtStart(store, webhook.id);
    await new Promise((resolve) => setImmediate(resolve));
    await store.write((transaction) =>
      transaction.resendEvent({ id: 'inbox', accountId: account.id }, [webhook.id], 4_000),
    );
    expect(await placing).toEqual({ kind: 'placed', skipped: 1, replayed: 1 });
    expect(await pending(store)).toEqual(['inbox']);
  });

  test('a listener that wants other types by then gets those', async () => {
    const { store, webhook } = await withHistory();
    const placing = placeAtStart(store, webhook.id);
    await store.write((transaction) => transaction.changeWebhook(webhook.id, { eventTypes: [] }));
    expect(await placing).toEqual({ kind: 'placed', skipped: 1, replayed: 5_000 });
  });
});

describe('what goes to a listener that is signed as another webhook', () => {
  test('is claimed with that one’s secrets as well, until it is removed or the listener wants it no more', async () => {
    const { store, webhook } = await withListener();
    const other = await addWebhook(store);
    const secret = newWebhookSecret();
    await store.write(async (transaction) => {
      await transaction.rotateSecret(other.id, secret, 9_999);
      await transaction.changeWebhook(webhook.id, { signAs: other.id });
    });
    const signAs = async () => {
      const id = await accept(store, {}, webhook);
      const claimed = (await store.claim(claimAt(1))).claimed.find((one) => one.id === id);
      expect(claimed?.webhook.secret).toBe(webhook.secret);
      return claimed?.webhook.signAs;
    };
    expect(await signAs()).toEqual({ secret, oldSecret: { secret: other.secret, until: 9_999 } });
    await store.write((transaction) => transaction.changeWebhook(webhook.id, { signAs: null }));
    expect(await signAs()).toBeNull();
    await store.write((transaction) => transaction.changeWebhook(webhook.id, { signAs: other.id }));
    await store.write((transaction) => transaction.removeWebhook(other.id, 1));
    expect(await signAs()).toBeNull();
  });
});
