import { describe, expect, test } from 'vitest';
import { answered, hanging, newEngine, reachable, refused, type Engine } from '../../helpers/engine.js';
import { account, accept, addWebhook } from '../../helpers/open-store.js';

const MINUTE = 60_000;

/** An engine with a listener that is connected, in this way. */
async function withListener(way: Parameters<typeof reachable>[1]) {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store, { listenerId: 'lst_1', url: 'listener:laptop' });
  engine.reachable = [reachable('lst_1', way)];
  const accepted = (id: string, subscriptionId: string | null = null) =>
    accept(engine.store, { id, subscriptionId, createdAt: engine.clock.now() }, webhook);
  return { engine, webhook, accepted };
}

const eventIds = ({ sent }: Engine) => sent.map(({ message }) => message.notification.event.id);

test('a listener has as many in flight as its window, whatever a URL may have', async () => {
  for (const window of [1, 7]) {
    const { engine, accepted } = await withListener({ window });
    for (let i = 0; i < 10; i += 1) await accepted(`${i}`);
    engine.answer = hanging;
    engine.start({ perWebhook: 3 });
    await engine.settle();
    expect(engine.sent).toHaveLength(window);
  }
});

test('a window that changes with the connection counts what is still in flight', async () => {
  const { engine, accepted } = await withListener({ window: 2 });
  for (let i = 0; i < 10; i += 1) await accepted(`${i}`);
  engine.answer = hanging;
  const worker = engine.start();
  await engine.settle();
  engine.reachable = [reachable('lst_1', { window: 5 })];
  worker.wake();
  await engine.settle();
  expect(engine.sent).toHaveLength(5);
});

describe('a listener that wants its notifications one after another', () => {
  test('gets them in the order in which they were accepted, whatever their subscriptions', async () => {
    const { engine, accepted } = await withListener({ order: 'listener' });
    const ids = ['dana 1', 'sam 1', 'dana 2', 'none', 'sam 2', 'dana 3'];
    for (const id of ids) await accepted(id, id === 'none' ? null : (id.split(' ')[0] ?? null));
    let open = 0;
    let mostOpen = 0;
    engine.answer = async () => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return answered(200);
    };
    engine.start();
    await engine.advance(1);
    expect(eventIds(engine)).toEqual(ids);
    expect(mostOpen).toBe(1);
  });

  test('gets nothing past one that is being retried, until that one is delivered', async () => {
    const { engine, accepted } = await withListener({ order: 'listener' });
    for (const id of ['first', 'second', 'third']) await accepted(id, id);
    engine.answer = () => (engine.sent.length < 3 ? refused : answered(200));
    const worker = engine.start();
    await engine.advance(4_000);
    await accepted('fourth', 'fourth');
    worker.wake();
    await engine.advance(10 * MINUTE);
    expect(eventIds(engine)).toEqual(['first', 'first', 'first', 'second', 'third', 'fourth']);
  });

  test('gets nothing past it either until that one is given up', async () => {
    const { engine, accepted } = await withListener({ order: 'listener' });
    const lost = await accepted('lost');
    await accepted('next');
    engine.answer = ({ message }) => (message.notification.event.id === 'lost' ? answered(500) : answered(200));
    engine.start();
    await engine.advance(40 * MINUTE);
    expect(eventIds(engine)).toEqual([...Array<string>(12).fill('lost'), 'next']);
    expect(await engine.store.notification(account.id, lost)).toMatchObject({ status: 'failed' });
  });

  test('gets an older one that was retried by hand before all others', async () => {
    const { engine, accepted } = await withListener({ order: 'listener' });
    const old = await accepted('old');
    engine.answer = ({ message }) => (message.notification.attempt === 1 ? answered(410) : answered(200));
    const worker = engine.start();
    await engine.settle();
    engine.reachable = [];
    for (const id of ['young', 'younger']) await accepted(id);
    await engine.store.write((transaction) =>
      transaction.retryNotifications(account.id, [old], engine.clock.now() + 1_000),
    );
    engine.answer = () => answered(200);
    engine.reachable = [reachable('lst_1', { order: 'listener' })];
    worker.wake();
    await engine.advance(2_000);
    expect(eventIds(engine)).toEqual(['old', 'old', 'young', 'younger']);
  });

  test('is not late for what waits behind the one in flight', async () => {
    const { engine, accepted } = await withListener({ order: 'listener' });
    for (const id of ['1', '2', '3']) await accepted(id);
    engine.answer = hanging;
    const worker = engine.start();
    await engine.advance(5_000);
    expect(await worker.condition()).toEqual({ inFlight: { urls: 0, listeners: 1 }, oldestDue: 0, lag: 0 });
  });

  test('waits for what another window left in flight', async () => {
    const { engine, accepted } = await withListener({ window: 2 });
    for (const id of ['1', '2', '3']) await accepted(id);
    const open: (() => void)[] = [];
    engine.answer = () => new Promise((resolve) => open.push(() => resolve(answered(200))));
    const worker = engine.start();
    await engine.settle();
    engine.reachable = [reachable('lst_1', { order: 'listener' })];
    open[1]?.();
    worker.wake();
    await engine.settle();
    expect(eventIds(engine)).toEqual(['1', '2']);
    open[0]?.();
    await engine.settle();
    expect(eventIds(engine)).toEqual(['1', '2', '3']);
    open[2]?.();
  });
});

describe('the time of a listener', () => {
  test('does not pass while it holds an event for an app that is down', async () => {
    const { engine, accepted } = await withListener({});
    const id = await accepted('held');
    let isBack: () => void = () => undefined;
    engine.answer = () =>
      engine.sent.length > 1
        ? answered(200)
        : new Promise((resolve) => {
            isBack = () => resolve({ kind: 'answered', status: 503, answer: '', durationMs: 12 });
          });
    engine.start();
    await engine.advance(45 * MINUTE);
    const backAt = engine.clock.now();
    isBack();
    await engine.advance(MINUTE);

    expect(eventIds(engine)).toEqual(['held', 'held']);
    const [first] = await engine.store.attempts(id);
    expect(first).toMatchObject({ status: 503, startedAt: backAt - 12, durationMs: 12 });
  });

  test('does not pass while it is away, whatever an event has been through before', async () => {
    const { engine, accepted } = await withListener({});
    await accepted('tried once');
    engine.answer = () => answered(500);
    const worker = engine.start();
    await engine.settle();
    engine.reachable = [];
    await engine.advance(60 * MINUTE);
    engine.reachable = [reachable('lst_1')];
    worker.wake();
    await engine.advance(10 * MINUTE);

    expect(engine.sent.length).toBeGreaterThan(3);
  });
});
