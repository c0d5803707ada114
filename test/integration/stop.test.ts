import { connect, type Socket } from 'node:net';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { SUBPROTOCOL } from '../../src/tunnel/protocol.js';
import { exchange } from '../helpers/exchange.js';
import { finished } from '../helpers/history.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeEach(async () => {
  service = await startTestService();
  onTestFinished(() => service.end());
});

test('a stop lets what is being delivered end, and records it', async () => {
  const finish: (() => void)[] = [];
  const receiver = await startReceiver({ answer: (answer) => finish.push(() => answer.writeHead(200).end('done')) });
  await service.api.createWebhook({ url: receiver.url });
  const { event } = await service.api.triggerEvent({ eventType: 'Test' });
  await waitUntil('the receiver is busy', () => finish.length === 1);
  const stopped = service.stop();
  finish[0]?.();
  await stopped;
  await service.start();
  expect(await finished(service.api, { event: event.eventId })).toMatchObject([
    { status: 'delivered', attempts: [{ number: 1, answer: 'done' }] },
  ]);
  expect(receiver.requests).toHaveLength(1);
});

test('a stop that cannot wait longer gives back what hangs, and it is attempted anew', async () => {
  const receiver = await startReceiver({
    answer: (answer, _, place) => (place > 1 ? answer.writeHead(200).end() : undefined),
  });
  await service.api.createWebhook({ url: receiver.url });
  const { event } = await service.api.triggerEvent({ eventType: 'Test' });
  await waitUntil('the receiver hangs', () => receiver.requests.length === 1);
  await service.stop(50);
  await service.start();
  expect(await finished(service.api, { event: event.eventId })).toMatchObject([
    { status: 'delivered', attemptCount: 1, attempts: [{ number: 1, status: 200 }] },
  ]);
});

test('neither half a request nor a silent tunnel keeps a stop waiting', async () => {
  const { port } = new URL(service.url);
  const half = connect(Number(port), '127.0.0.1');
  half.on('error', () => undefined);
  half.write('POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
  const silent = connect(Number(port), '127.0.0.1');
  silent.on('error', () => undefined);

  const { tunnelUrl } = await service.api.openListener({ name: 'silent' });
  const headers = { authorization: `Bearer ${await service.api.accessToken()}` };
  const socket = new WebSocket(tunnelUrl, SUBPROTOCOL, { headers });
  await new Promise((resolve) => socket.once('open', resolve));
  // It stopped reading, so it sees no close frame and never answers one.
  socket.pause();
  onTestFinished(() => {
    for (const connection of [half, silent]) connection.destroy();
    socket.terminate();
  });

  const startedAt = Date.now();
  await service.stop(100);
  expect(Date.now() - startedAt).toBeLessThan(4_000);
  await service.start();
  expect(await service.api.account()).toMatchObject({ code: 'your-account' });
});

test('a request that was arriving when the stop began is answered as ever', async () => {
  const finish: (() => void)[] = [];
  const receiver = await startReceiver({ answer: (answer) => finish.push(() => answer.writeHead(200).end()) });
  await service.api.createWebhook({ url: receiver.url });
  await service.api.triggerEvent({ eventType: 'Test' });
  await waitUntil('the receiver is busy', () => finish.length === 1);

  const port = Number(new URL(service.url).port);
  let answer = '';
  const arriving = connect(port, '127.0.0.1');
  arriving.on('data', (data: Buffer) => (answer += data.toString()));
  const ended = new Promise((resolve) => arriving.on('close', resolve));
  arriving.write('GET /v1/account HTTP/1.1\r\nHost: a\r\n');
  await isTaken(arriving);

  const stopped = service.stop();
  finish[0]?.();
  await waitUntil('no new connection is taken', () => isRefused(port));
  arriving.write('\r\n');
  await ended;
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer).toContain('"Code":"Unauthorized"');
  await stopped;
});

test('what comes while the service drains is answered, kept for the next start, and ends its connection', async () => {
  const finish: (() => void)[] = [];
  const receiver = await startReceiver({
    answer: (answer, _, place) => {
      if (place > 1) answer.end();
      else finish.push(() => answer.end());
    },
  });
  await service.api.createWebhook({ url: receiver.url });
  await service.api.triggerEvent({ eventType: 'Test' });
  await waitUntil('the receiver is busy', () => finish.length === 1);

  const stopped = service.stop();
  const ready = await exchange(`${service.url}/ready`);
  const health = await exchange(`${service.url}/health`);
  const { event } = await service.api.triggerEvent({ eventType: 'Test' });
  finish[0]?.();
  await stopped;

  expect([ready.status, ready.headers['retry-after'], ready.json]).toEqual([
    503,
    '5',
    {
      Code: 'ServiceUnavailable',
      Reason: 'The service is stopping.',
      status: 'unready',
      checks: [
        { check: 'running', ok: false, reason: 'The service is stopping.' },
        { check: 'store', ok: true },
        { check: 'deliveries', ok: true },
      ],
    },
  ]);
  expect([health.status, health.headers.connection]).toEqual([200, 'close']);
  expect(receiver.requests).toHaveLength(1);
  await service.start();
  expect(await finished(service.api, { event: event.eventId })).toMatchObject([
    { status: 'delivered', attemptCount: 1 },
  ]);
});

/** Resolves when the service has read what was written so far: it takes connections in order. */
async function isTaken(socket: Socket): Promise<void> {
  await waitUntil('it is written', () => !socket.connecting && socket.writableLength === 0);
  await exchange(`${service.url}/health`);
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.on('connect', () => end(false));
    socket.on('error', () => end(true));
  });
}
