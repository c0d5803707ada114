import { expect, test } from 'vitest';
import { account, accept, addWebhook, newEvent, openStore } from '../../helpers/open-store.js';
import type { AttemptRecord, ClaimRequest } from '../../../src/store/store.js';

const request = (changes: Partial<ClaimRequest> = {}): ClaimRequest => ({
  claim: 'a',
  now: 1000,
  until: 2000,
  limit: 100,
  perWebhook: 100,
  reachableListeners: [],
  ...changes,
});

const record = (notificationId: string, claim: string, next: AttemptRecord['next']): AttemptRecord => ({
  claim,
  notificationId,
  attempt: { number: 1, startedAt: 1000, durationMs: 7, status: 500, error: null, answer: 'no', location: null },
  next,
});

test('what is claimed is claimed by nobody else', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  for (let i = 0; i < 10; i += 1) await accept(store, {}, webhook);
  const ids: string[] = [];
  // Whoever finds that another is just claiming from a webhook looks again soon.
  while (ids.length < 10) {
    const claims = await Promise.all(['a', 'b', 'c'].map((claim) => store.claim(request({ claim, limit: 4 }))));
    ids.push(...claims.flatMap(({ claimed }) => claimed.map(({ id }) => id)));
    expect(claims.some(({ claimed, nextDueAt }) => claimed.length > 0 || nextDueAt !== null)).toBe(true);
  }

  expect(new Set(ids).size).toBe(10);
});

test('what is due first is claimed first, and what is not due not at all', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const later = await accept(store, { createdAt: 900 }, webhook);
  const first = await accept(store, { createdAt: 100 }, webhook);
  await accept(store, { createdAt: 1500 }, webhook);
  const { claimed, nextDueAt } = await store.claim(request());
  expect(claimed.map(({ id }) => id)).toEqual([first, later]);
  expect(nextDueAt).toBe(1500);
});

test('an event’s bytes come back as they went in, and an inbox request with them', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store, { headers: { 'X-Own': 'yes' } });
  const body = Buffer.from([0, 255, 128, 10, 13, 0]);
  const headers = [['X-Twice', '1'] as const, ['x-twice', '2'] as const];
  const received = { method: 'PUT', path: '/a%20b', query: 'x=%2F', headers };
  await accept(store, { id: 'raw', source: 'inbox', body, request: received }, webhook);
  const [claimed] = (await store.claim(request())).claimed;
  expect(claimed).toMatchObject({ attempt: 1, firstAttemptAt: null, event: { id: 'raw', request: received } });
  expect(Buffer.compare(claimed?.event.body ?? Buffer.alloc(0), body)).toBe(0);
  expect(claimed?.webhook).toMatchObject({ id: webhook.id, secret: webhook.secret, headers: { 'X-Own': 'yes' } });
});

test('a result counts only under the claim that still holds', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const id = await accept(store, {}, webhook);
  await store.claim(request({ claim: 'frozen', until: 1500 }));
  expect(await store.freeClaims(1400)).toBe(0);
  expect(await store.freeClaims(1600)).toBe(1);
  await store.claim(request({ claim: 'other', now: 1600, until: 3000 }));

  expect(await store.recordAttempt(record(id, 'frozen', { status: 'delivered' }))).toBe(false);
  expect(await store.attempts(id)).toEqual([]);
  expect(await store.recordAttempt(record(id, 'other', { status: 'failed' }))).toBe(true);
  expect(await store.notification(account.id, id)).toMatchObject({ status: 'failed', attemptCount: 1 });
});

test('a claim that is renewed is not freed', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  await accept(store, {}, webhook);
  await store.claim(request({ until: 1500 }));
  await store.renewClaims('a', 5000);
  expect(await store.freeClaims(4000)).toBe(0);
});

test('a retry keeps when its first attempt was', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const id = await accept(store, {}, webhook);
  await store.claim(request());
  await store.recordAttempt(record(id, 'a', { status: 'pending', dueAt: 6000 }));
  expect((await store.claim(request({ now: 5999 }))).claimed).toEqual([]);
  const [claimed] = (await store.claim(request({ now: 6000 }))).claimed;
  expect(claimed).toMatchObject({ id, attempt: 2, firstAttemptAt: 1000 });
});

test('one webhook gets no more than its share, what it holds already included', async () => {
  const store = await openStore();
  const [many, few] = [await addWebhook(store), await addWebhook(store)];
  await store.write(async (transaction) => {
    for (let i = 0; i < 20; i += 1) await transaction.acceptEvent(newEvent(), [many.id]);
    await transaction.acceptEvent(newEvent(), [few.id]);
  });
  const webhooksOf = async () =>
    (await store.claim(request({ perWebhook: 3 }))).claimed.map(({ webhook }) => webhook.id).sort();
  expect(await webhooksOf()).toEqual([many.id, many.id, many.id, few.id].sort());
  expect(await webhooksOf()).toEqual([]);
});

test('a webhook that is off is not claimed for, and is again when it is on', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store, { enabled: false });
  const id = await accept(store, {}, webhook);
  expect(await store.claim(request())).toEqual({ claimed: [], nextDueAt: null });
  await store.write((transaction) => transaction.changeWebhook(webhook.id, { enabled: true }));
  expect((await store.claim(request())).claimed.map((one) => one.id)).toEqual([id]);
});

test('of one subscription only the oldest is claimed', async () => {
  const store = await openStore();
  const webhook = await addWebhook(store);
  const [first, second] = [
    await accept(store, { subscriptionId: 'dana' }, webhook),
    await accept(store, { subscriptionId: 'dana' }, webhook),
  ];
  expect((await store.claim(request())).claimed.map(({ id }) => id)).toEqual([first]);
  expect(await store.notification(account.id, second)).toMatchObject({ status: 'pending', nextAttemptAt: null });
  await store.recordAttempt(record(first, 'a', { status: 'failed' }));
  expect((await store.claim(request({ now: 1007 }))).claimed.map(({ id }) => id)).toEqual([second]);
});

test.each(['a\0b', 'a\uD800b', '\uDC00', ' ', "'; --"])(
  'what is of the subscription %j stands in one line',
  async (id) => {
    const store = await openStore();
    const webhook = await addWebhook(store);
    const accepted = async () => {
      const event = newEvent({ subscriptionId: id });
      const call = { accountId: account.id, events: [{ event, isNewId: true, to: [webhook.id] }] };
      const outcome = await store.acceptEvents(call);
      return outcome.kind === 'accepted' ? outcome.notifications[0]?.[0]?.id : outcome.kind;
    };
    const ids = [await accepted(), await accepted()];
    const [first, ...others] = (await store.claim(request())).claimed;
    expect([first?.id, others]).toEqual([ids[0], []]);
    await store.recordAttempt(record(first?.id ?? '', 'a', { status: 'delivered' }));
    const next = await store.claim(request({ now: 1100 }));
    expect(next.claimed.map((claimed) => claimed.id)).toEqual([ids[1]]);
  },
);
