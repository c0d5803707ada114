import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook } from '../../helpers/open-store.js';
import { answered, newEngine, refused, type Delivered } from '../../helpers/engine.js';

const MINUTE = 60_000;

const eventIds = (sent: readonly Delivered[]) => sent.map(({ message }) => message.notification.event.id);

describe('of one subscription, to one webhook', () => {
  test('notifications go one after another, in the order of their events', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const at = { createdAt: engine.clock.now(), subscriptionId: 'dana' };
    for (const id of ['1', '2', '3', '4']) await accept(engine.store, { ...at, id }, webhook);

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

    expect(eventIds(engine.sent)).toEqual(['1', '2', '3', '4']);
    expect(mostOpen).toBe(1);
  });

  test('one that is being retried holds back the later ones until it is delivered', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const at = { createdAt: engine.clock.now(), subscriptionId: 'dana' };
    for (const id of ['subscribe', 'unsubscribe']) await accept(engine.store, { ...at, id }, webhook);
    engine.answer = () => (engine.sent.length < 3 ? answered(503) : answered(200));
    engine.start();

    await engine.advance(10_000);
    // One that comes in meanwhile waits as well.
    await accept(engine.store, { ...at, id: 'again', createdAt: engine.clock.now() }, webhook);
    await engine.advance(10 * MINUTE);
    expect(eventIds(engine.sent)).toEqual(['subscribe', 'subscribe', 'subscribe', 'unsubscribe', 'again']);
  });

  test('one that is given up releases the later ones', async () => {
    const engine = await newEngine();
    const webhook = await addWebhook(engine.store);
    const at = { createdAt: engine.clock.now(), subscriptionId: 'dana' };
    for (const id of ['lost', 'next', 'last']) await accept(engine.store, { ...at, id }, webhook);
    engine.answer = ({ message }) => (message.notification.event.id === 'lost' ? refused : answered(200));
    engine.start();
    await engine.advance(60 * MINUTE);

    const ids = eventIds(engine.sent);
    expect(ids.slice(-2)).toEqual(['next', 'last']);
    expect(ids.slice(0, -2)).toEqual(Array<string>(12).fill('lost'));
    const { items } = await engine.store.notifications(account.id, { limit: 10 });
    expect(items.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'failed']);
  });
});

test('another subscription is not held back', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  const createdAt = engine.clock.now();
  await accept(engine.store, { createdAt, id: 'stuck', subscriptionId: 'dana' }, webhook);
  await accept(engine.store, { createdAt, id: 'free', subscriptionId: 'sam' }, webhook);
  await accept(engine.store, { createdAt, id: 'without', subscriptionId: null }, webhook);
  engine.answer = ({ message }) => (message.notification.event.id === 'stuck' ? refused : answered(200));
  engine.start();
  await engine.settle();
  expect(eventIds(engine.sent).sort()).toEqual(['free', 'stuck', 'without']);
});

test('another webhook is not held back', async () => {
  const engine = await newEngine();
  const [down, up] = [await addWebhook(engine.store), await addWebhook(engine.store)];
  const at = { createdAt: engine.clock.now(), subscriptionId: 'dana' };
  for (const id of ['1', '2']) await accept(engine.store, { ...at, id }, down, up);
  engine.answer = ({ message }) => (message.notification.webhook.id === down.id ? refused : answered(200));
  engine.start();
  await engine.settle();
  const toUp = engine.sent.filter(({ message }) => message.notification.webhook.id === up.id);
  expect(eventIds(toUp)).toEqual(['1', '2']);
});
