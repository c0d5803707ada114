import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { forwarder } from '../../../../src/tunnel/local/forward.js';
import { hold } from '../../../../src/tunnel/local/hold.js';
import type { Deliver } from '../../../../src/tunnel/protocol.js';
import { systemClock, type Clock } from '../../../../src/util/clock.js';
import { FakeClock } from '../../../helpers/fake-clock.js';
import { waitUntil } from '../../../helpers/wait-until.js';

const delivery = (id: string): Deliver => ({
  type: 'deliver',
  id,
  attempt: 1,
  event: { id, type: 'Test', isTest: true },
  method: 'POST',
  path: '',
  query: '',
  headers: [],
  body: Buffer.from(id),
});

/** A local app that can be started and stopped at one port, and what it received. */
async function localApp() {
  const received: string[] = [];
  let status = 200;
  let server: Server | undefined;
  let port = 0;
  const start = async () => {
    server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => received.push(chunk.toString()));
      request.on('end', () => response.writeHead(status).end());
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    if (!server?.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  await start();
  onTestFinished(stop);
  return { received, start, stop, port, answerWith: (next: number) => (status = next) };
}

async function heldApp(clock: Clock = systemClock) {
  const app = await localApp();
  const holds: number[] = [];
  const reminders: [waiting: number, heldMs: number][] = [];
  const resumes: number[] = [];
  const ending = new AbortController();
  const toApp = forwarder({ target: new URL(`http://127.0.0.1:${app.port}/`), timeout: 5_000 });
  onTestFinished(() => toApp.close());
  const held = hold({
    target: new URL(toApp.target),
    clock,
    onHold: (waiting, heldMs) => (heldMs === 0 ? holds.push(waiting) : reminders.push([waiting, heldMs])),
    onResume: (waiting) => resumes.push(waiting),
    signal: ending.signal,
  });
  const waits: string[] = [];
  const forward = (one: Deliver) =>
    held(
      () => toApp.forward(one),
      () => waits.push(one.id),
    );
  return { app, forward, waits, holds, reminders, resumes, ending };
}

test('while the app runs, what it answers is the outcome, whatever it is', async () => {
  const { app, forward, holds } = await heldApp();
  expect(await forward(delivery('1'))).toMatchObject({ kind: 'answered', status: 200 });
  app.answerWith(500);
  expect(await forward(delivery('2'))).toMatchObject({ kind: 'answered', status: 500 });
  expect(holds).toEqual([]);
});

test('while nothing listens, deliveries wait, and go in order when the app is back', async () => {
  const { app, forward, waits, holds, resumes } = await heldApp();
  await app.stop();
  const ids = ['1', '2', '3', '4'];
  const first = forward(delivery('1'));
  await waitUntil('the hold is told', () => holds.length > 0);
  const outcomes = [first, ...ids.slice(1).map((id) => forward(delivery(id)))];
  expect(app.received).toEqual([]);

  await app.start();
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
  expect(app.received).toEqual(ids);
  expect(holds).toEqual([1]);
  expect(waits).toEqual(ids);
  expect(resumes).toEqual([4]);
});

test('an app that goes away again is told again', async () => {
  const { app, forward, holds, resumes } = await heldApp();
  for (const id of ['1', '2']) {
    await app.stop();
    const outcome = forward(delivery(id));
    await waitUntil('the hold is told', () => holds.length > resumes.length);
    await app.start();
    expect(await outcome).toMatchObject({ kind: 'answered' });
  }
  expect(holds).toEqual([1, 1]);
  expect(resumes).toEqual([1, 1]);
  expect(app.received).toEqual(['1', '2']);
});

test('the waiting can be ended, with nothing forwarded', async () => {
  const { app, forward, holds, resumes, ending } = await heldApp();
  await app.stop();
  const first = forward(delivery('1'));
  await waitUntil('the hold is told', () => holds.length > 0);
  const second = forward(delivery('2'));
  ending.abort(new Error('stopping'));
  const [one, two] = await Promise.allSettled([first, second]);
  expect([one, two]).toEqual([
    { status: 'rejected', reason: new Error('stopping') },
    { status: 'rejected', reason: new Error('stopping') },
  ]);
  expect(resumes).toEqual([]);
  await app.start();
  expect(app.received).toEqual([]);
});

test('while it goes on, it is told once a minute how many wait and for how long', async () => {
  const clock = new FakeClock();
  const { app, forward, holds, reminders, resumes } = await heldApp(clock);
  await app.stop();
  const outcomes = [forward(delivery('1'))];
  await waitUntil('the hold is told', () => holds.length > 0);
  outcomes.push(forward(delivery('2')));
  await waitUntil('two minutes pass, a look at a time', async () => {
    // Each look at the port is a real connection.
    if (clock.timerCount > 0) await clock.advance(10_000);
    return reminders.length === 2;
  });
  expect(holds).toEqual([1]);
  expect(reminders.map(([waiting]) => waiting)).toEqual([2, 2]);
  const [first = 0, second = 0] = reminders.map(([, heldMs]) => heldMs);
  expect(first).toBeGreaterThanOrEqual(60_000);
  expect(second - first).toBeGreaterThanOrEqual(60_000);

  await app.start();
  await waitUntil('it is noticed', async () => {
    await clock.advance(250);
    return resumes.length === 1;
  });
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: 'answered' });
});
