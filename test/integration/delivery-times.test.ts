import { expect, test } from 'vitest';
import { startHttpEngine } from '../helpers/http-engine.js';
import { accept, addWebhook } from '../helpers/open-store.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
import { waitUntil } from '../helpers/wait-until.js';

/* The engine as the service runs it, over real HTTP, on a clock that the test moves. */

test('one subscription keeps its order over a retry, and others do not wait for it', async () => {
  const engine = await startHttpEngine();
  const receiver = await startReceiver({
    answer(answer, { headers }, place) {
      answer.writeHead(place <= 2 && headers['calreply-event-type'] === 'Subscribe' ? 503 : 200).end();
    },
  });
  const webhook = await addWebhook(engine.store, { url: receiver.url });
  const createdAt = engine.clock.now();
  const first = await accept(engine.store, { type: 'Subscribe', subscriptionId: 'one', createdAt }, webhook);
  const second = await accept(engine.store, { type: 'Unsubscribe', subscriptionId: 'one', createdAt }, webhook);
  const other = await accept(engine.store, { type: 'Test', subscriptionId: 'two', createdAt }, webhook);
  engine.wake();
  await engine.attempts(first, 1);
  await engine.attempts(other, 1);
  expect(await engine.notification(second)).toMatchObject({ status: 'pending', attemptCount: 0 });

  await engine.advance(5_000);
  await engine.attempts(first, 2);
  // How long the exchange took is real, so the next one falls due a little after the time of the clock.
  await engine.advance(1_000);
  await engine.attempts(second, 1);
  const types = receiver.requests.map(({ headers }) => headers['calreply-event-type']);
  expect(types.filter((type) => type !== 'Test')).toEqual(['Subscribe', 'Subscribe', 'Unsubscribe']);
});

test('a retry keeps webhook-id and body, and says which attempt it is under a new signature', async () => {
  const engine = await startHttpEngine();
  const receiver = await startReceiver({ answer: statuses(500, 200) });
  const webhook = await addWebhook(engine.store, { url: receiver.url });
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  engine.wake();
  await engine.attempts(id, 1);
  await engine.advance(5_000);
  await engine.attempts(id, 2);

  const [one, two] = receiver.requests;
  expect(two?.body).toEqual(one?.body);
  expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
  expect(two?.headers['webhook-signature']).not.toBe(one?.headers['webhook-signature']);
  expect([one?.headers['calreply-attempt'], two?.headers['calreply-attempt']]).toEqual(['1', '2']);
  expect(Number(two?.headers['webhook-timestamp'])).toBe(Number(one?.headers['webhook-timestamp']) + 5);
});

test('a receiver that is down for good is given up after thirty minutes', async () => {
  const engine = await startHttpEngine();
  const receiver = await startReceiver({ answer: statuses(500) });
  const webhook = await addWebhook(engine.store, { url: receiver.url });
  const id = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  const startedAt = engine.clock.now();
  engine.wake();
  for (let known = await engine.notification(id); known.status === 'pending'; known = await engine.notification(id)) {
    const { attemptCount, nextAttemptAt } = known;
    if (attemptCount > 0 && nextAttemptAt !== null) await engine.advance(nextAttemptAt - engine.clock.now());
    await waitUntil('the next attempt is kept', async () => {
      return (await engine.notification(id)).attemptCount > attemptCount;
    });
  }

  expect(receiver.requests.length).toBeGreaterThanOrEqual(10);
  expect(engine.clock.now() - startedAt).toBeLessThanOrEqual(30 * 60_000);
  expect(engine.clock.now() - startedAt).toBeGreaterThan(26 * 60_000);
});
