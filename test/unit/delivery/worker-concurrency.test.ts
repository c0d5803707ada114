import { expect, test } from 'vitest';
import { accept, account, addWebhook, newEvent } from '../../helpers/open-store.js';
import { answered, hanging, newEngine, reachable } from '../../helpers/engine.js';

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

  const open = new Set<() => void>();
  engine.answer = () =>
    new Promise((resolve) => {
      const release = () => {
        open.delete(release);
        resolve(answered(200));
      };
      open.add(release);
    });
  engine.start({ concurrency: 5, perWebhook: 3 });
  await engine.settle();
  expect(open.size).toBe(5);

  // As one ends, others follow; the last place may be kept for a webhook that has nothing in flight.
  const mostOpen: number[] = [];
  for (let ended = 0; ended < 18; ended += 1) {
    for (const release of [...open].slice(0, 1)) release();
    await engine.settle();
    mostOpen.push(open.size);
  }
  expect(engine.sent).toHaveLength(18);
  expect(Math.max(...mostOpen)).toBe(5);
});

test('a listener that is not connected here is left alone until it is', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store, { listenerId: 'lst_1', url: 'listener:laptop' });
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  const worker = engine.start();
  await engine.advance(120 * 60_000);
  expect(engine.sent).toHaveLength(0);
  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'pending', attemptCount: 0 });

  engine.reachable = [reachable('lst_1')];
  worker.wake();
  await engine.settle();
  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
});

test('listeners that hold what they have take no room from webhooks', async () => {
  const engine = await newEngine();
  const { store, clock } = engine;
  const names = ['one', 'two', 'three', 'four'];
  for (const name of names) {
    const listener = await addWebhook(store, { listenerId: `lst_${name}`, url: `listener:${name}` });
    for (let i = 0; i < 4; i += 1) await accept(store, { createdAt: clock.now() }, listener);
  }

  const healthy = await addWebhook(store);
  const id = await accept(store, { createdAt: clock.now() + 1 }, healthy);
  engine.reachable = names.map((name) => reachable(`lst_${name}`));
  engine.answer = (delivered) =>
    delivered.message.notification.webhook.listenerId === null ? answered(200) : hanging(delivered);
  engine.start({ concurrency: 8, perWebhook: 4 });
  await engine.advance(1);

  expect(await store.notification(account.id, id)).toMatchObject({ status: 'delivered' });
  expect(engine.sent).toHaveLength(17);
});

test('many webhooks that hang leave room for one that does not', async () => {
  const engine = await newEngine();
  const { store, clock } = engine;
  const hung = [await addWebhook(store), await addWebhook(store), await addWebhook(store)];
  await store.write(async (transaction) => {
    for (const { id } of hung) {
      for (let i = 0; i < 50; i += 1) await transaction.acceptEvent(newEvent({ createdAt: clock.now() }), [id]);
    }
  });
  const healthy = await addWebhook(store);
  engine.answer = (delivered) =>
    delivered.message.notification.webhook.id === healthy.id ? answered(200) : hanging(delivered);
  const worker = engine.start({ concurrency: 32, perWebhook: 16 });
  await engine.settle();

  const id = await accept(store, { createdAt: clock.now() }, healthy);
  worker.wake();
  await engine.settle();
  expect(await store.notification(account.id, id)).toMatchObject({ status: 'delivered' });
});

test('a listener stays on when its local app answers 410, and only that notification is given up', async () => {
  const engine = await newEngine();
  const listener = await addWebhook(engine.store, { listenerId: 'lst_1', url: 'listener:laptop' });
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, listener);
  engine.reachable = [reachable('lst_1')];
  engine.answer = () => answered(410);
  engine.start();
  await engine.settle();

  expect(await engine.store.notification(account.id, id)).toMatchObject({ status: 'failed', lastStatus: 410 });
  expect(await engine.store.webhook(account.id, listener.id)).toMatchObject({ enabled: true, disabledReason: null });
});
