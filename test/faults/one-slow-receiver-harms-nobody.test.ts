import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/util/seeded-random.js';
import { answered, hanging, newEngine, refused, type Delivered } from '../helpers/engine.js';
import { account, addWebhook, newEvent } from '../helpers/open-store.js';
import { wholeFaults } from '../helpers/whole-faults.js';

const PER_WEBHOOK = 32;
const MINUTE = 60_000;

const webhookOf = ({ message }: Delivered) => message.notification.webhook.id;

test('a webhook that hangs, with 5,000 waiting, slows down none of 49 others, and what waits is left alone', async () => {
  const engine = await newEngine();
  const { store, clock } = engine;
  const hung = await addWebhook(store);
  const healthy = await Promise.all(Array.from({ length: 49 }, () => addWebhook(store)));
  engine.answer = (delivered) => (webhookOf(delivered) === hung.id ? hanging(delivered) : answered(200));
  const worker = engine.start({ perWebhook: PER_WEBHOOK });

  /** How long one event takes to all 49, from before it is accepted to after the last was delivered, in milliseconds. */
  const latencies = async (rounds: number) => {
    const all: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      const ids = healthy.map(({ id }) => id);
      await store.write((transaction) => transaction.acceptEvent(newEvent({ createdAt: clock.now() }), ids));
      worker.wake();
      await engine.settle();
      all.push(performance.now() - startedAt);
    }

    return all.sort((one, other) => one - other);
  };
  const rounds = wholeFaults ? 300 : 6;
  const before = await latencies(rounds);
  const createdAt = clock.now();
  await store.write(async (transaction) => {
    for (let i = 0; i < 5000; i += 1) await transaction.acceptEvent(newEvent({ createdAt }), [hung.id]);
  });
  worker.wake();
  await engine.settle();
  const beside = await latencies(rounds);

  const median = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? 0;
  expect(median(beside)).toBeLessThan(2 * median(before) + 10);
  expect(engine.sent.filter((sent) => webhookOf(sent) !== hung.id)).toHaveLength(2 * rounds * healthy.length);
  expect(engine.sent.filter((sent) => webhookOf(sent) === hung.id)).toHaveLength(PER_WEBHOOK);
  const untouched = { status: 'pending', attemptCount: 0, nextAttemptAt: createdAt };
  const { items } = await store.notifications(account.id, { webhookId: hung.id, limit: 5000 });
  expect(items).toHaveLength(5000);
  for (const one of items) expect(one).toMatchObject(untouched);
});

test('50 webhooks that come back together get everything, in order and spread over time', async () => {
  const engine = await newEngine();
  const { store, clock } = engine;
  const startedAt = clock.now();
  const webhooks = await Promise.all(Array.from({ length: 50 }, () => addWebhook(store)));
  const expected = new Map<string, string[]>();
  await store.write(async (transaction) => {
    for (const subscriptionId of ['dana', 'sam']) {
      const events = ['first', 'second', 'third'].map((id) => ({ id: `${subscriptionId} ${id}`, subscriptionId }));
      for (const event of events) {
        const webhookIds = webhooks.map(({ id }) => id);
        await transaction.acceptEvent(newEvent({ ...event, createdAt: startedAt }), webhookIds);
      }

      for (const { id } of webhooks)
        expected.set(
          `${id} ${subscriptionId}`,
          events.map((event) => event.id),
        );
    }
  });
  let isUp = false;
  const delivered: Delivered[] = [];
  engine.answer = (sent) => {
    if (!isUp) return refused;
    delivered.push(sent);
    return answered(200);
  };
  engine.start({ random: seededRandom(50) });

  await engine.advance(MINUTE);
  isUp = true;
  await engine.advance(10 * MINUTE);

  const arrived = new Map<string, string[]>();
  for (const sent of delivered) {
    const { id } = sent.message.notification.event;
    const place = `${webhookOf(sent)} ${id.split(' ')[0]}`;
    arrived.set(place, [...(arrived.get(place) ?? []), id]);
  }
  expect(arrived).toEqual(expected);
  // The third wait is 180 s, a fifth shorter or longer: so many come back over more than a minute, and few at once.
  const secondsOfFirsts = delivered
    .filter(({ message }) => message.notification.event.id.endsWith('first'))
    .map(({ at }) => Math.floor((at - startedAt) / 1000));
  expect(Math.max(...secondsOfFirsts) - Math.min(...secondsOfFirsts)).toBeGreaterThan(60);
  const inOneSecond = secondsOfFirsts.map((second) => secondsOfFirsts.filter((other) => other === second).length);
  expect(Math.max(...inOneSecond)).toBeLessThan(10);
  // Nobody waits longer than the schedule says: 5 + 30 + 180 s and a fifth of it.
  expect(Math.max(...delivered.map(({ at }) => at - startedAt))).toBeLessThan(1.2 * 215_000);
});
