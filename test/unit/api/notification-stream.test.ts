import { expect, onTestFinished, test } from 'vitest';
import { notificationStream, type NotificationStreamOptions } from '../../../src/api/notification-stream.js';
import { account, accept, addWebhook, openStore } from '../../helpers/open-store.js';
import { FakeClock } from '../../helpers/fake-clock.js';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** A stream on a real store, with a clock that the test moves; how often it reads is counted. */
async function open(changes: Partial<NotificationStreamOptions> = {}) {
  const store = await openStore();
  const client = { clientId: 'client_of_it', secretHash: '', accountId: account.id, createdAt: 0, expiresAt: null };
  await store.write((transaction) => transaction.addClient(client));
  const clock = new FakeClock();
  const ending = new AbortController();
  const counted = { reads: 0, listeners: 0 };
  const stream = notificationStream({
    store: {
      client: (id) => store.client(id),
      streamPage: (...args) => {
        counted.reads += 1;
        return store.streamPage(...args);
      },
      onWrite: (listener) => {
        counted.listeners += 1;
        const stop = store.onWrite(listener);
        return () => {
          counted.listeners -= 1;
          stop();
        };
      },
    },
    clock,
    isConnected: () => false,
    accountId: account.id,
    clientId: client.clientId,
    start: await store.streamStart({}),
    filter: {},
    signal: ending.signal,
    ...changes,
  });
  onTestFinished(async () => {
    ending.abort();
    await clock.advance(SECOND, settled);
    await stream.return();
  });
  return { store, clock, stream, ending, counted };
}

/** Lets the database answer. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The next part, while the clock moves on by up to `ms`. */
async function next(stream: AsyncGenerator<string, void>, clock: FakeClock, ms: number): Promise<string | undefined> {
  let part: IteratorResult<string, void> | undefined;
  const asked = stream.next().then((result) => (part = result));
  for (let moved = 0; part === undefined && moved < ms; moved += SECOND) await clock.advance(SECOND, settled);
  const { value } = await asked;
  return value ?? undefined;
}

test('says at once how soon to come back and where it is, and a comment when nothing else was said for 15 s', async () => {
  const { stream, clock } = await open();
  const start = clock.now();
  expect(await next(stream, clock, 0)).toBe('retry: 1000\nevent: place\nid: MC4w\ndata: {}\n\n');
  expect(await next(stream, clock, 60 * SECOND)).toBe(':\n\n');
  expect(clock.now() - start).toBe(15 * SECOND);
});

test('tells of a write that nothing else follows, and of its place when what was written does not fit', async () => {
  const { store, stream, clock } = await open({ filter: { type: 'Subscribe' } });
  await next(stream, clock, 0);
  const webhook = await addWebhook(store);
  const id = await accept(store, { type: 'Subscribe' }, webhook);
  const [event, place, data = ''] = (await next(stream, clock, SECOND))?.split('\n') ?? [];
  expect([event, place]).toEqual(['event: notification', 'id: MS4w']);
  expect(JSON.parse(data.replace('data: ', ''))).toMatchObject({ id, status: 'pending' });

  await accept(store, { type: 'Test' }, webhook);
  expect(await next(stream, clock, 60 * SECOND)).toBe('event: place\nid: Mi4w\ndata: {}\n\n');
});

test('reads nothing more while nobody takes what it gave', async () => {
  const { store, stream, clock, counted } = await open();
  await next(stream, clock, 0);
  const webhook = await addWebhook(store);
  await accept(store, {}, webhook);
  await next(stream, clock, SECOND);
  const reads = counted.reads;
  for (let i = 0; i < 5; i += 1) await accept(store, {}, webhook);
  await clock.advance(HOUR, settled);
  expect(counted.reads).toBe(reads);
});

test('ends after an hour, also when there is always something to tell', async () => {
  const { store, stream, clock, counted } = await open();
  const webhook = await addWebhook(store);
  const start = clock.now();
  await next(stream, clock, 0);
  for (let minute = 0; minute < 59; minute += 1) {
    await clock.advance(60 * SECOND, settled);
    await accept(store, {}, webhook);
    expect(await next(stream, clock, SECOND)).toContain('event: notification');
  }

  while ((await next(stream, clock, 60 * SECOND)) !== undefined) expect(clock.now() - start).toBeLessThan(HOUR);
  expect(counted.listeners).toBe(0);
});

test('ends within 15 s of when credentials hold no more, also when something was told just before', async () => {
  const { store, stream, clock } = await open();
  const webhook = await addWebhook(store);
  const start = clock.now();
  await next(stream, clock, 0);
  await store.write((transaction) => transaction.endClients(account.id, { now: start, until: start }));
  await clock.advance(13 * SECOND, settled);
  await accept(store, {}, webhook);
  expect(await next(stream, clock, SECOND)).toContain('event: notification');
  expect(await next(stream, clock, 60 * SECOND)).toBeUndefined();
  expect(clock.now() - start).toBeLessThanOrEqual(15 * SECOND);
});

test.each([
  { replaced: 'for good', after: 0 },
  { replaced: 'with some time left', after: 50 * SECOND },
])('ends within 15 s of when credentials that were replaced $replaced hold no more', async ({ after }) => {
  const { store, stream, clock } = await open();
  await next(stream, clock, 0);
  const start = clock.now();
  const times = { now: start, until: start + after };
  await store.write((transaction) => transaction.endClients(account.id, times));
  while ((await next(stream, clock, 60 * SECOND)) !== undefined) expect(clock.now() - start).toBeLessThan(after);
  expect(clock.now() - start).toBeGreaterThanOrEqual(after);
  expect(clock.now() - start).toBeLessThanOrEqual(after + 15 * SECOND);
});

test('ends at once when it is told to, and listens to nothing any more', async () => {
  const { stream, clock, ending, counted } = await open();
  await next(stream, clock, 0);
  const waiting = stream.next();
  await settled();
  ending.abort();
  await clock.advance(5, settled);
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(counted.listeners).toBe(0);
});
