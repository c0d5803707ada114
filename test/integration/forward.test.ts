import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, describe, onTestFinished, test } from 'vitest';
import { forwarder, type ForwarderOptions, type ForwardOutcome } from '../../src/tunnel/local/forward.js';
import { unsigned, type DeliveryParts } from '../helpers/deliveries.js';
import { drip, KEPT, pour, startRawReceiver, type Behaviour } from '../helpers/raw-receiver.js';
import { startReceiver, type ReceivedRequest } from '../helpers/receiver.js';
import { selfSigned } from '../helpers/self-signed.js';

/** Forwards one delivery to `target`. */
async function forwardTo(
  target: string,
  parts: DeliveryParts = {},
  options: Partial<ForwarderOptions> = {},
): Promise<ForwardOutcome> {
  const toApp = forwarder({ target: new URL(target), timeout: 5_000, ...options });
  try {
    return await toApp.forward(unsigned(parts));
  } finally {
    await toApp.close();
  }
}

/** What an app got of one delivery. */
async function received(parts: DeliveryParts, options: Partial<ForwarderOptions> = {}): Promise<ReceivedRequest> {
  const app = await startReceiver();
  expect(await forwardTo(app.url, parts, options)).toMatchObject({ kind: 'answered', status: 200 });
  const [request] = app.requests;
  if (!request) throw new Error('nothing arrived');
  return request;
}

const names = ({ rawHeaders }: ReceivedRequest) => rawHeaders.filter((_, i) => i % 2 === 0);

/** Starts a server on a free port of an address; it ends with the test. */
async function listening(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const ok: RequestListener = (_, answer) => answer.end('ok');

describe('a request', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'PROPFIND'])('of %s arrives with its body', async (method) => {
    const request = await received({ method, body: 'the body', path: '/a', query: 'b=1' });
    expect(request).toMatchObject({ method, url: '/a?b=1', headers: { 'content-length': '8' } });
    expect(request.body.toString()).toBe('the body');
  });

  test.each(['DELETE', 'GET', 'HEAD', 'OPTIONS'])('of %s without a body has no length', async (method) => {
    const request = await received({ method });
    expect(request.method).toBe(method);
    expect(request.headers).not.toHaveProperty('content-length');
    expect(request.headers).not.toHaveProperty('transfer-encoding');
  });

  test.each(['POST', 'PUT', 'PATCH'])('of %s without a body says so (RFC 9110, section 8.6)', async (method) => {
    expect((await received({ method })).headers).toMatchObject({ 'content-length': '0' });
  });

  test('leaves behind what was of the sender’s connection, also what its Connection header names', async () => {
    const request = await received({
      body: 'x',
      headers: [
        ['Host', 'sender.example'],
        ['X-Kept', 'one'],
        ['Connection', 'keep-alive, X-Hop'],
        ['connection', 'x-other'],
        ['Keep-Alive', 'timeout=5'],
        ['X-Hop', 'goes'],
        ['X-OTHER', 'goes'],
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '99'],
        ['TE', 'trailers'],
        ['Trailer', 'X-Sum'],
        ['Upgrade', 'h2c'],
        ['Expect', '100-continue'],
        ['Proxy-Authorization', 'Basic YTpi'],
        ['X-kept', 'two'],
      ],
    });
    expect(names(request)).toEqual(['host', 'connection', 'X-Kept', 'X-kept', 'content-length']);
    expect(request.headers).toMatchObject({ 'x-kept': 'one, two', 'content-length': '1' });
    expect(request.headers.host).toMatch(/^127\.0\.0\.1:/);
  });

  test('has the headers that are added to it', async () => {
    const headers = [['X-Team', 'crm']] as const;
    const request = await received({ headers: [['X-Own', 'a']] }, { headers });
    expect(request.headers).toMatchObject({ 'x-own': 'a', 'x-team': 'crm' });
  });
});

describe('localhost', () => {
  test.each(['127.0.0.1', '::1'])('is %s when the app listens there', async (address) => {
    const port = await listening(createServer(ok), address);
    expect(await forwardTo(`http://localhost:${port}`)).toMatchObject({ kind: 'answered', status: 200 });
  });

  test('is reached by no proxy, whatever the environment names', async () => {
    const proxy = await startReceiver({ answer: (answer) => answer.writeHead(502).end() });
    const before = { ...process.env };
    onTestFinished(() => void (process.env = before));
    for (const name of ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY']) process.env[name] = proxy.url;
    expect((await received({ body: 'x' })).body.toString()).toBe('x');
    expect(proxy.requests).toEqual([]);
  });
});

describe('an answer', () => {
  const answered = async (behave: Behaviour, options?: Partial<ForwarderOptions>) => {
    const app = await startRawReceiver(behave);
    return forwardTo(app.url, {}, options);
  };

  test.each([301, 302, 303, 307, 308])('of %i is kept with its Location, and not followed', async (status) => {
    const app = await startReceiver({ answer: (answer) => answer.writeHead(status, { location: '/other' }).end() });
    expect(await forwardTo(app.url)).toMatchObject({ status, location: '/other' });
    expect(app.requests).toHaveLength(1);
  });

  test('without end is cut at 16 kB', async () => {
    const outcome = await answered((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      pour(socket, Buffer.alloc(65_536, 'a'));
    });
    expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    expect(outcome.kind === 'answered' && outcome.answer).toHaveLength(16_384);
  });

  test('that drips ends at the time limit, and counts by its status', async () => {
    const behave: Behaviour = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      drip(socket, 'a');
    };
    expect(await answered(behave, { timeout: 200 })).toMatchObject({ kind: 'answered', status: 200 });
  });

  test.each<[string, Behaviour]>([
    ['that never comes', () => undefined],
    [
      'whose headers drip',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        drip(socket, 'X-A: b\r\n');
      },
    ],
    ['announced by 1xx without end', (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('%s is a timeout', async (_, behave) => {
    const outcome = await answered(behave, { timeout: 200 });
    expect(outcome).toMatchObject({ kind: 'unanswered', error: 'timeout' });
    expect(outcome.durationMs).toBeLessThan(2_000);
  });

  test('may take as long as it likes without a limit', async () => {
    const behave: Behaviour = (socket) => void setTimeout(() => socket.write(KEPT), 50);
    expect(await answered(behave, { timeout: 0 })).toMatchObject({ kind: 'answered', status: 200 });
  });

  test.each<[string, Behaviour, string]>([
    ['that dies before its head', (socket) => socket.destroy(), 'connection_reset'],
    ['that dies in its head', (socket) => socket.end('HTTP/1.1 200 O'), 'connection_reset'],
    ['that is no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'bad_answer'],
  ])('%s is a failure', async (_, behave, error) => {
    expect(await answered(behave)).toMatchObject({ kind: 'unanswered', error });
  });
});

describe('an https target', () => {
  const https = () => listening(createHttpsServer(selfSigned, ok), '127.0.0.1');

  test('with a certificate that nobody vouches for is refused, with the code for it', async () => {
    expect(await forwardTo(`https://localhost:${await https()}`)).toMatchObject({
      kind: 'unanswered',
      error: 'tls_failed',
      systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  test('is trusted with its own authority, or with any', async () => {
    const target = `https://localhost:${await https()}`;
    expect(await forwardTo(target, {}, { ca: selfSigned.cert })).toMatchObject({ status: 200 });
    expect(await forwardTo(target, {}, { insecure: true })).toMatchObject({ status: 200 });
  });

  test('is no http target', async () => {
    const port = await listening(createServer(ok), '127.0.0.1');
    expect(await forwardTo(`https://localhost:${port}`)).toMatchObject({ kind: 'unanswered', error: 'tls_failed' });
    expect(await forwardTo(`http://localhost:${await https()}`)).toMatchObject({ kind: 'unanswered' });
  });
});
