import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addressGuard } from '../../../src/delivery/address-guard.js';
import { httpProbe, type Probe, type ProbeResult } from '../../../src/delivery/probe.js';
import type { ClaimedNotification } from '../../../src/store/store.js';
import { newWebhookSecret } from '../../../src/util/ids.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { startReceiver, type ReceiverOptions } from '../../helpers/receiver.js';
import { selfSigned } from '../../helpers/self-signed.js';
import { waitUntil } from '../../helpers/wait-until.js';

const secret = newWebhookSecret();
const body = Buffer.from('{"eventId":"e","eventType":"Test","eventDetails":{"title":"Häwks 🦅"}}');

function notificationTo(url: string): ClaimedNotification {
  return {
    id: 'ntf_1',
    attempt: 1,
    scheduleAttempt: 1,
    firstAttemptAt: null,
    createdAt: 0,
    webhook: {
      ...{ id: 'whk_1', accountId: 'account', url, headers: { 'X-Team': 'crm' } },
      ...{ secret, oldSecret: null, listenerId: null, signAs: null },
    },
    event: { id: 'e', type: 'Test', isTest: true, body, request: null },
  };
}

/** A probe of a service on this machine, where every name is 127.0.0.1. */
function newProbe({ publicOnly = false, clock = new FakeClock(Date.now()) } = {}): Probe {
  const guard = addressGuard({
    publicOnly,
    resolve: async () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  });
  return httpProbe({ guard, clock, userAgent: 'CalReply-Webhooks/1.0.0' });
}

const probed = (url: string): Promise<ProbeResult> => newProbe().send(notificationTo(url));

/** Probes a receiver that answers so. */
async function answeredBy(answer: ReceiverOptions['answer']): Promise<ProbeResult> {
  const { url } = await startReceiver({ answer });
  return probed(url);
}

/** A server that does with each connection what it likes. */
async function startRaw(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const unanswered = (error: string, systemCode: string | null) => ({
  attempt: { number: 1, status: null, error, answer: null, location: null },
  systemCode,
  headers: [],
});

describe('a probe', () => {
  test('sends what any notification is: body, headers and a signature that verifies', async () => {
    const { url, requests } = await startReceiver();
    await probed(`${url}/hooks?a=1`);
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', url: '/hooks?a=1', body });
    expect(request?.headers).toMatchObject({
      'x-team': 'crm',
      'content-type': 'application/json',
      'content-length': String(body.length),
      'user-agent': 'CalReply-Webhooks/1.0.0',
      'calreply-notification-id': 'ntf_1',
      'calreply-attempt': '1',
      'calreply-event-type': 'Test',
      'calreply-test': 'true',
    });
    expect(() => new Webhook(secret).verify(body, request?.headers as Record<string, string>)).not.toThrow();
  });

  test('tells the answer, with its headers, and how long each step took', async () => {
    const result = await answeredBy((answer) => answer.writeHead(202, { 'X-Twice': ['a', 'b'] }).end('taken'));
    expect(result).toMatchObject({
      attempt: { number: 1, status: 202, error: null, answer: 'taken', location: null },
      systemCode: null,
      remoteAddress: '127.0.0.1',
      timings: { dnsMs: null, tlsMs: null, connectMs: expect.any(Number), firstByteMs: expect.any(Number) },
    });
    const { connectMs, firstByteMs, totalMs } = result.timings;
    expect(totalMs).toBeGreaterThanOrEqual((connectMs ?? 0) + (firstByteMs ?? 0) - 0.2);
    expect(result.headers.slice(0, 2)).toEqual([
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
    ]);
  });

  test('looks up a name, and connects to the address that was checked', async () => {
    const { port } = await startReceiver();
    expect(await probed(`http://receiver.example.com:${port}/`)).toMatchObject({
      attempt: { status: 200 },
      remoteAddress: '127.0.0.1',
      timings: { dnsMs: expect.any(Number) },
    });
  });

  test.each([300, 301, 302, 303, 304, 305, 307, 308])('follows no redirect: %i', async (status) => {
    const { url, requests } = await startReceiver({
      answer: (answer) => answer.writeHead(status, { location: '/again' }).end(),
    });
    expect(await probed(url)).toMatchObject({ attempt: { status, location: '/again' } });
    expect(requests).toHaveLength(1);
  });

  test('keeps 16 kB of an answer that goes on', async () => {
    const { attempt } = await answeredBy((answer) => answer.end('x'.repeat(1_000_000)));
    expect(attempt.status).toBe(200);
    expect(attempt.answer).toHaveLength(16_384);
  });

  test.each([
    ['http://10.0.0.1/', 'address_forbidden', null],
    ['https://[::1]/', 'address_forbidden', null],
    ['https://private.example.com/', 'address_forbidden', 'ERR_ADDRESS_FORBIDDEN'],
    ['http://public.example.com/', 'https_required', null],
  ])('of a public service reaches nothing at %s', async (url, error, code) => {
    const result = await newProbe({ publicOnly: true }).send(notificationTo(url));
    expect(result).toMatchObject({ ...unanswered(error, code), remoteAddress: null });
  });
});

describe('a missing answer is told with the system’s code:', () => {
  test('nothing listens', async () => {
    const receiver = await startReceiver();
    await receiver.stop();
    const result = await probed(receiver.url);
    expect(result).toMatchObject({
      ...unanswered('connection_refused', 'ECONNREFUSED'),
      remoteAddress: '127.0.0.1',
      timings: { connectMs: null, firstByteMs: null },
    });
  });

  test('the connection is closed', async () => {
    const port = await startRaw(createServer((socket) => socket.once('data', () => socket.destroy())));
    expect(await probed(`http://127.0.0.1:${port}`)).toMatchObject(unanswered('connection_reset', 'ECONNRESET'));
  });

  test('the answer switches protocols', async () => {
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n';
    const port = await startRaw(createServer((socket) => socket.once('data', () => socket.write(switching))));
    expect(await probed(`http://127.0.0.1:${port}`)).toMatchObject({ attempt: { status: null } });
  });

  test('the answer is not HTTP', async () => {
    const port = await startRaw(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n')));
    expect(await probed(`http://127.0.0.1:${port}`)).toMatchObject({ attempt: { error: 'bad_answer' } });
  });

  test('the head of the answer is larger than 16 kB', async () => {
    const { attempt } = await answeredBy((answer) => answer.writeHead(200, { 'X-Large': 'x'.repeat(20_000) }).end());
    expect(attempt).toMatchObject({ status: null, error: 'bad_answer' });
  });

  test('the certificate is self-signed', async () => {
    const port = await startRaw(createHttpsServer(selfSigned, (_, answer) => answer.end()));
    expect(await probed(`https://localhost:${port}`)).toMatchObject({
      ...unanswered('tls_failed', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      timings: { connectMs: expect.any(Number), firstByteMs: null },
    });
  });

  test('no TLS is spoken', async () => {
    const { port } = await startReceiver();
    expect(await probed(`https://127.0.0.1:${port}`)).toMatchObject({
      attempt: { status: null, error: 'tls_failed' },
      timings: { tlsMs: null },
    });
  });
});

describe('on a clock that the test moves,', () => {
  /** Probes, and moves the clock on as soon as `ready`. */
  async function probedFor(ms: number, url: string, ready: () => boolean): Promise<ProbeResult> {
    const clock = new FakeClock(Date.now());
    let isOver = false;
    const result = newProbe({ clock })
      .send(notificationTo(url))
      .finally(() => (isOver = true));
    await waitUntil('the probe is there', ready);
    await clock.advance(ms - 1, () => new Promise((resolve) => setImmediate(resolve)));
    expect(isOver).toBe(false);
    await clock.advance(1);
    return result;
  }

  test('a receiver that never answers is given up after 15 seconds', async () => {
    const { url, requests } = await startReceiver({ answer: () => undefined });
    const result = await probedFor(15_000, url, () => requests.length === 1);
    expect(result).toMatchObject({ ...unanswered('timeout', 'ETIMEDOUT'), timings: { firstByteMs: null } });
  });

  test('encryption that nobody agrees on is given up after 5 seconds', async () => {
    let connections = 0;
    const port = await startRaw(createServer((socket) => socket.once('data', () => (connections += 1))));
    const result = await probedFor(5_000, `https://127.0.0.1:${port}`, () => connections === 1);
    expect(result).toMatchObject({ ...unanswered('timeout', 'ETIMEDOUT'), timings: { tlsMs: null } });
  });

  test('a body that drips is cut after 15 seconds, and counts by its status', async () => {
    let started = false;
    const { url } = await startReceiver({
      answer(answer) {
        answer.writeHead(200).write('x', () => (started = true));
      },
    });
    const result = await probedFor(15_000, url, () => started);
    expect(result.attempt).toMatchObject({ status: 200, error: null });
  });

  test('nothing of a probe that is over is left to wait for', async () => {
    const clock = new FakeClock(Date.now());
    const { url } = await startReceiver();
    await newProbe({ clock }).send(notificationTo(url));
    expect(clock.timerCount).toBe(0);
  });
});

test('a probe that the end of the service cuts off is no result', async () => {
  const { url, requests } = await startReceiver({ answer: () => undefined });
  const probe = newProbe();
  const result = probe.send(notificationTo(url));
  await waitUntil('the request came', () => requests.length === 1);
  probe.close();
  await expect(result).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});
