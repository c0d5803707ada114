import { expect, test } from 'vitest';
import { accept, addWebhook } from '../../helpers/open-store.js';
import { answered, hanging, newEngine, reachable } from '../../helpers/engine.js';

test('a webhook that hangs is seen in what is due, and is no lag of the engine', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  engine.answer = hanging;
  for (let i = 0; i < 50; i += 1) await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  const worker = engine.start();
  await engine.settle();
  await engine.advance(10_000);

  expect(await worker.condition()).toEqual({ inFlight: { urls: 32, listeners: 0 }, oldestDue: 10_000, lag: 0 });
});

test('what waits because all room is taken is the lag, up to the moment it is taken', async () => {
  const engine = await newEngine();
  const [slow, starved] = [await addWebhook(engine.store), await addWebhook(engine.store)];
  engine.answer = ({ message }) =>
    message.notification.webhook.id === slow.id ? hanging(engine.sent[0] ?? never()) : answered(200);
  const worker = engine.start({ concurrency: 1, exchangeTimeout: 600_000 });
  await accept(engine.store, { createdAt: engine.clock.now() }, slow);
  worker.wake();
  await engine.settle();
  await accept(engine.store, { createdAt: engine.clock.now() }, starved);
  worker.wake();
  await engine.settle();
  await engine.advance(90_000);

  expect(await worker.condition()).toMatchObject({ inFlight: { urls: 1 }, lag: 90_000 });
  await engine.advance(510_000);
  expect(await worker.condition()).toMatchObject({ oldestDue: 0, lag: 0 });
});

test('a store that fails lets the lag grow from what fell due', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  const worker = engine.start();
  await engine.settle();
  engine.storeFailure = new Error('disk is full');
  await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  worker.wake();
  await engine.advance(30_000);
  expect(await worker.condition()).toMatchObject({ lag: 30_000 });

  engine.storeFailure = undefined;
  await engine.advance(1_000);
  expect(await worker.condition()).toMatchObject({ lag: 0 });
  expect(engine.sent).toHaveLength(1);
});

test('a listener that comes after hours is no lag, nor is a webhook that is off', async () => {
  const engine = await newEngine();
  const away = await addWebhook(engine.store, { listenerId: 'lst_away' });
  const off = await addWebhook(engine.store, { enabled: false });
  await accept(engine.store, { createdAt: engine.clock.now() }, away, off);
  const worker = engine.start();
  await engine.advance(3_600_000);
  expect(await worker.condition()).toMatchObject({ oldestDue: 0, lag: 0 });

  engine.reachable = [reachable('lst_away')];
  worker.wake();
  expect(await worker.condition()).toMatchObject({ lag: 0 });
});

function never(): never {
  throw new Error('Nothing was sent yet.');
}
