import { expect, test } from 'vitest';
import { accept, account, addWebhook, newEvent } from '../../helpers/open-store.js';
import { answered, hanging, newEngine } from '../../helpers/engine.js';

test('a webhook that hangs holds no more than its share, and harms no other', async () => {
  const engine = await newEngine();
  const { store, clock } = engine;
  const hung = await addWebhook(store);
  const healthy = [await addWebhook(store), await addWebhook(store), await addWebhook(store)];
  const createdAt = clock.now();
  // The hung webhook's notifications are the oldest, and far more than there is room for.
  await store.write(async (transaction) => {
    for (let i = 0; i < 200; i += 1) await transaction.acceptEvent(newEvent({ createdAt }), [hung.id]);
    const ids = healthy.map(({ id }) => id);
    for (let i = 0; i < 30; i += 1) await transaction.acceptEvent(newEvent({ createdAt }), ids);
  });

  engine.answer = (delivered) =>
    delivered.message.notification.webhook.id === hung.id ? hanging(delivered) : answered(200);
  engine.start({ concurrency: 10, perWebhook: 4 });
  await engine.settle();

  const toHung = engine.sent.filter(({ message }) => message.notification.webhook.id === hung.id);
  expect(toHung).toHaveLength(4);
  for (const { id } of healthy) {
    const { items } = await store.notifications(account.id, { webhookId: id, limit: 100 });
    expect(items.filter(({ status }) => status === 'delivered')).toHaveLength(30);
  }

  // When those time out, the next ones get their turn.
  await engine.advance(15_000);
  expect(engine.sent.filter(({ message }) => message.notification.webhook.id === hung.id)).toHaveLength(8);
});

test('no more attempts are open at once than the whole engine may have', async () => {
  const engine = await newEngine();
  for (let i = 0; i < 6; i += 1) {
    const webhook = await addWebhook(engine.store);
    for (let j = 0; j < 3; j += 1) await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  }

  let open = 0;
  let mostOpen = 0;
  engine.answer = async () => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return answered(200);
  };
  engine.start({ concurrency: 5, perWebhook: 3 });
  await engine.advance(1);
  expect(engine.sent).toHaveLength(18);
  expect(mostOpen).toBe(5);
});

test('a listener that is not connected here is left alone until it is', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store, { listenerId: 'lst_1', url: 'listener:laptop' });
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  const worker = engine.start();
  await engine.advance(120 * 60_000);
  expect(engine.sent).toHaveLength(0);
  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'pending', attemptCount: 0 });

  engine.reachable = ['lst_1'];
  worker.wake();
  await engine.settle();
  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
});
