import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook } from '../../helpers/open-store.js';
import { answered, hanging, newEngine, type Engine, reachable } from '../../helpers/engine.js';
import type { Outcome } from '../../../src/delivery/destination.js';

/** What another process could take now. */
async function free({ store, clock }: Engine): Promise<string[]> {
  const now = clock.now();
  const request = {
    claim: 'other',
    now,
    until: now,
    limit: 100,
    perWebhook: 100,
    reachableListeners: [reachable('lst_1')],
  };
  return (await store.claim(request)).claimed.map(({ id }) => id);
}

describe('stop', () => {
  test('waits for what is in flight and keeps its outcome', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    let release = (_outcome: Outcome) => {};
    engine.answer = () => new Promise((resolve) => (release = resolve));
    const worker = engine.start();
    await engine.settle();

    let stopped = false;
    const stopping = worker.stop(20_000).then(() => {
      stopped = true;
    });
    await engine.advance(10_000);
    expect(stopped).toBe(false);
    release(answered(200));
    await stopping;
    expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
  });

  test('gives back, unattempted, what does not end in time', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    engine.answer = hanging;
    const worker = engine.start();
    await engine.settle();

    const stopping = worker.stop(5_000);
    await engine.advance(5_000);
    await stopping;
    expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'pending', attemptCount: 0 });
    expect(await engine.store.attempts(id)).toEqual([]);
    expect(await free(engine)).toEqual([id]);
  });

  test('takes nothing new', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const worker = engine.start();
    await engine.settle();
    await worker.stop(0);
    await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    worker.wake();
    await engine.advance(60_000);
    expect(engine.sent).toEqual([]);
    expect(engine.clock.timerCount).toBe(0);
  });

  test('in the middle of claiming sends nothing, and holds nothing afterwards', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    // The first look at the store has begun and not ended.
    await engine.start().stop(0);
    const sentBefore = engine.sent.length;
    expect(await free(engine)).toEqual([id]);
    await engine.settle();
    expect(sentBefore).toBe(0);
    expect(engine.sent).toEqual([]);
  });
});

test('what was unsent is no attempt, and is due again at once', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store, { listenerId: 'lst_1' });
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  engine.reachable = [reachable('lst_1')];
  engine.answer = () => {
    // The tunnel closed before it left.
    engine.reachable = [];
    return { kind: 'unsent' };
  };
  engine.start();
  await engine.settle();
  expect(engine.sent).toHaveLength(1);
  expect(await engine.store.notification(account.id, id)).toMatchObject({
    status: 'pending',
    attemptCount: 0,
    nextAttemptAt: engine.clock.now(),
    lastError: null,
  });
  expect(await engine.store.attempts(id)).toEqual([]);
  expect(await free(engine)).toEqual([id]);
});
