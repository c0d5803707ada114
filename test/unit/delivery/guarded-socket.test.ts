import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Agent } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addressGuard } from '../../../src/delivery/address-guard.js';
import { endWhereForbidden, guardedConnector, type SocketGuard } from '../../../src/delivery/guarded-socket.js';
import { httpProbe } from '../../../src/delivery/probe.js';
import { newWebhookSecret } from '../../../src/util/ids.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { selfSigned } from '../../helpers/self-signed.js';
import { waitUntil } from '../../helpers/wait-until.js';

const anywhere = addressGuard({
  publicOnly: false,
  resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
});
/** Its lookup lets everything through: only the look at the connected socket is left. */
const deceived = { ...addressGuard({ publicOnly: true }), lookup: anywhere.lookup, refusal: () => undefined };

/** A server that notes connections and what comes over them. */
async function startServer(server: Server = createServer()) {
  const seen = { connections: 0, closed: 0, bytes: 0 };
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', ({ length }) => (seen.bytes += length));
    socket.on('close', () => (seen.closed += 1));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { seen, port: (server.address() as AddressInfo).port };
}

/** Opens a connection as undici would; the answer is the socket, or the error. */
function open(guard: SocketGuard, protocol: string, hostname: string, port: number, clock = new FakeClock()) {
  return new Promise<Socket | NodeJS.ErrnoException>((done) => {
    guardedConnector(guard, clock)({ protocol, hostname, port: String(port) }, (error, socket) => {
      if (socket) onTestFinished(() => void socket.destroy());
      done(error ?? socket);
    });
  });
}

describe.each(['http:', 'https:'])('a connection for %s that ended at a forbidden address', (protocol) => {
  test.each(['receiver.example.com', '127.0.0.1'])('is closed before a byte is written: %s', async (hostname) => {
    const { seen, port } = await startServer();
    expect(await open(deceived, protocol, hostname, port)).toMatchObject({ code: 'ERR_ADDRESS_FORBIDDEN' });
    await waitUntil('it is closed', () => seen.closed === 1);
    expect(seen).toEqual({ connections: 1, closed: 1, bytes: 0 });
  });

  test('is no request of undici', async () => {
    const { seen, port } = await startServer();
    const agent = new Agent({ connect: guardedConnector(deceived) });
    onTestFinished(() => agent.destroy());
    const request = agent.request({
      origin: `${protocol}//a.example.com:${port}`,
      path: '/',
      method: 'POST',
      body: 'x',
    });
    await expect(request).rejects.toMatchObject({ code: 'ERR_ADDRESS_FORBIDDEN' });
    await waitUntil('it is closed', () => seen.closed === 1);
    expect(seen.bytes).toBe(0);
  });

  test('is no request of a probe', async () => {
    const { seen, port } = await startServer();
    const probe = httpProbe({ guard: deceived, clock: new FakeClock(), userAgent: 'test' });
    const result = await probe.send({
      ...{ id: 'ntf_1', attempt: 1, scheduleAttempt: 1, firstAttemptAt: null, createdAt: 0 },
      webhook: {
        ...{ id: 'whk_1', accountId: 'account', url: `${protocol}//a.example.com:${port}/`, headers: {} },
        ...{ secret: newWebhookSecret(), oldSecret: null, listenerId: null, signAs: null },
      },
      event: { id: 'e', type: 'Test', isTest: true, body: Buffer.from('{}'), request: null },
    });
    expect(result).toMatchObject({ attempt: { status: null, error: 'address_forbidden' } });
    await waitUntil('it is closed', () => seen.closed === 1);
    expect(seen).toEqual({ connections: 1, closed: 1, bytes: 0 });
  });
});

test('a connection whose address cannot be told is closed before a byte is written', async () => {
  const { seen, port } = await startServer();
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: undefined });
  endWhereForbidden(socket, anywhere, 'http:');
  const ended = new Promise((done) => socket.on('error', done));
  socket.connect(port, '127.0.0.1');
  socket.write('hello');
  expect(await ended).toMatchObject({ code: 'ECONNRESET' });
  await waitUntil('it is closed', () => seen.closed === 1);
  expect(seen.bytes).toBe(0);
});

test('a connection that is allowed is handed over, and leaves no timer', async () => {
  const { port } = await startServer();
  const clock = new FakeClock();
  expect(await open(anywhere, 'http:', 'receiver.example.com', port, clock)).toMatchObject({
    remoteAddress: '127.0.0.1',
  });
  expect(clock.timerCount).toBe(0);
});

test('the certificate is checked against the name of the URL, which is asked for', async () => {
  const asked: unknown[] = [];
  const server = createTlsServer({
    ...selfSigned,
    SNICallback(name, done) {
      asked.push(name);
      done(null);
    },
  });
  const { port } = await startServer(server);
  expect(await open(anywhere, 'https:', 'receiver.example.com', port)).toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  expect(asked).toEqual(['receiver.example.com']);
});

describe('after five seconds', () => {
  const stuck = addressGuard({ publicOnly: true, clock: new FakeClock(), resolve: () => new Promise(() => {}) });

  test.each([
    ['a lookup that is stuck', stuck, 'receiver.example.com'],
    ['encryption that nobody agrees on', anywhere, '127.0.0.1'],
  ])('%s is given up', async (_, guard, hostname) => {
    const { seen, port } = await startServer();
    const clock = new FakeClock();
    let isOver = false;
    const connecting = open(guard, 'https:', hostname, port, clock).finally(() => (isOver = true));
    await waitUntil('it is under way', () => guard === stuck || seen.bytes > 0);
    await clock.advance(4_999, () => new Promise((done) => setImmediate(done)));
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(await connecting).toMatchObject({ code: 'ETIMEDOUT' });
  });
});
