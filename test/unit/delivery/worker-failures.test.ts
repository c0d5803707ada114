import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook } from '../../helpers/open-store.js';
import { answered, newEngine, reachable } from '../../helpers/engine.js';
import { waitUntil } from '../../helpers/wait-until.js';

const fullDisk = new Error('database or disk is full');

describe('while the store fails', () => {
  test('nothing is sent, and all of it when the store is back', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    engine.storeFailure = fullDisk;
    engine.start();
    await engine.advance(10_000);
    expect(engine.sent).toEqual([]);
    expect(engine.errors.length).toBeGreaterThan(1);
    expect(new Set(engine.errors)).toEqual(new Set([fullDisk]));

    engine.storeFailure = undefined;
    await engine.advance(2_000);
    expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
  });

  test('an outcome is kept when it is back, and the receiver is not told twice', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    engine.answer = () => {
      engine.storeFailure = fullDisk;
      return answered(200);
    };
    engine.start();
    await engine.advance(10_000);
    expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'pending', attemptCount: 0 });

    engine.storeFailure = undefined;
    await engine.advance(2_000);
    expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
    expect(engine.sent).toHaveLength(1);
  });

  test('what was unsent is given back when it is back', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store, { listenerId: 'lst_1' });
    const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    engine.reachable = [reachable('lst_1')];
    engine.answer = () => {
      if (engine.sent.length > 1) return answered(200);
      engine.storeFailure = fullDisk;
      return { kind: 'unsent' };
    };
    engine.start();
    await engine.advance(3_000);
    engine.storeFailure = undefined;
    await engine.advance(3_000);
    expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
  });
});

test('a notification whose attempt cannot even be made is told of, and retried on the schedule', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  const broken = new Error('not foreseen');
  engine.answer = () => {
    if (engine.sent.length > 1) return answered(200);
    throw broken;
  };
  engine.start();
  await engine.advance(60_000);
  expect(engine.errors).toEqual([broken]);
  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 2 });
  expect(await engine.store.attempts(id)).toEqual([
    expect.objectContaining({ number: 1, status: null, error: 'failed' }),
    expect.objectContaining({ number: 2, status: 200 }),
  ]);
});

test('an outcome is not kept when the webhook was removed meanwhile', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  engine.answer = async ({ at }) => {
    await engine.store.write((transaction) => transaction.removeWebhook(webhook.id, at));
    return answered(200);
  };
  engine.start();
  await engine.advance(60_000);
  await waitUntil('it is removed', async () => (await engine.store.webhook(account.id, webhook.id)) === undefined);
  await engine.settle();
  expect(engine.sent).toHaveLength(1);
  expect(await engine.store.notification(account.id, id)).toMatchObject({
    status: 'failed',
    lastError: 'webhook_removed',
  });
  expect(engine.errors).toEqual([]);
});
