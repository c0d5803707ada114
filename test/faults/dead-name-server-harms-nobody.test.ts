import { expect, test } from 'vitest';
import type { Resolve } from '../../src/delivery/shared-resolve.js';
import { startHttpEngine } from '../helpers/http-engine.js';
import { accept, addWebhook } from '../helpers/open-store.js';
import { startReceiver } from '../helpers/receiver.js';
import { waitUntil } from '../helpers/wait-until.js';

const DEAD = 40;
const HEALTHY = 5;

test(`${DEAD} webhooks of two names whose name server is dead hold up none of ${HEALTHY} others`, async () => {
  const stuck = new Map<string, () => void>();
  /** Of the dead ones, in order. */
  const asked: string[] = [];
  const resolve: Resolve = (hostname) => {
    if (!hostname.startsWith('dead')) return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    asked.push(hostname);
    return new Promise((_, fail) => stuck.set(hostname, () => fail(new Error('no name server answers'))));
  };
  const engine = await startHttpEngine({ publicOnly: false, resolve });
  // Each delivery needs a connection, and so a name, of its own.
  const receiver = await startReceiver({ answer: (answer) => answer.writeHead(200, { connection: 'close' }).end() });
  const healthy: { id: string }[] = [];
  for (let i = 0; i < HEALTHY; i += 1) {
    healthy.push(await addWebhook(engine.store, { url: `http://healthy-${i}.example.com:${receiver.port}/` }));
  }
  const sendToHealthy = async () => {
    const createdAt = engine.clock.now();
    const ids = await Promise.all(healthy.map((webhook) => accept(engine.store, { createdAt }, webhook)));
    engine.wake();
    return ids;
  };
  for (const id of await sendToHealthy()) await engine.attempts(id, 1);
  await engine.advance(60_000);

  const dead = await Promise.all(
    Array.from({ length: DEAD }, async (_, i) => {
      const webhook = await addWebhook(engine.store, { url: `http://dead-${i % 2}.example.com:${receiver.port}/` });
      return accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    }),
  );
  engine.wake();
  await waitUntil('as many names are looked up as may be', () => stuck.size === 2);

  const { timerCount } = engine.clock;
  const during = await sendToHealthy();
  // The limits on each exchange, on its connection, and on how long its name is waited for.
  await waitUntil('they wait for their names', () => engine.clock.timerCount === timerCount + 3 * HEALTHY);
  // What was found before is used after a second.
  await engine.advance(1_000);
  for (const id of during) await engine.attempts(id, 1);
  for (const id of during) expect(await engine.notification(id)).toMatchObject({ status: 'delivered' });
  for (const id of dead) expect(await engine.notification(id)).toMatchObject({ attemptCount: 0 });

  // Who is stuck is told so when a connection has taken too long, and tried again like any other.
  await engine.advance(4_000);
  for (const id of dead) await engine.attempts(id, 1);
  for (const id of dead) {
    expect(await engine.notification(id)).toMatchObject({ status: 'pending', lastError: 'timeout' });
  }
  expect(asked).toHaveLength(2);

  // Once the lookups have ended, one of two places is left to names that answer, also to one that nobody knows yet.
  for (const fail of [...stuck.values()]) fail();
  await engine.advance(6_000);
  await waitUntil('the dead are looked up again', () => asked.length > 2);
  const newcomer = { url: `http://newcomer.example.com:${receiver.port}/` };
  expect(await engine.firstAttempts([newcomer])).toMatchObject([{ status: 'delivered' }]);
  expect(asked).toHaveLength(3);
  expect(engine.errors).toEqual([]);
});
