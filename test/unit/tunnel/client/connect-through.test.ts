import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connectThrough } from '../../../../src/tunnel/client/connect-through.js';
import { startHttpProxy } from '../../../helpers/http-proxy.js';
import { closedPort } from '../../../helpers/receiving-app.js';
import { selfSigned } from '../../../helpers/self-signed.js';

const forever = new AbortController().signal;
const greet = (socket: Socket) => socket.on('error', () => undefined).end('hello');

/** Where a server listens; it ends with the test. */
async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}

let target: URL;

beforeEach(async () => {
  target = new URL(`ws://127.0.0.1:${await listening(createServer(greet))}/tunnel`);
});

test('asks the proxy for a tunnel, also where the target has no certificate, and brings its first bytes', async () => {
  const proxy = await startHttpProxy(onTestFinished);
  expect(await textOf(await connectThrough(new URL(proxy.url), target, forever))).toBe('hello');
  expect(proxy.asked).toEqual([target.host]);
});

test('says name and password to a proxy that wants them, as they are and not as the URL spells them', async () => {
  const proxy = await startHttpProxy(onTestFinished, { login: 'me@work:p@ss/wörd' });
  const address = proxy.url.replace('//', `//me%40work:${encodeURIComponent('p@ss/wörd')}@`);
  expect(await textOf(await connectThrough(new URL(address), target, forever))).toBe('hello');
});

test('speaks TLS with the target itself, and trusts only whom this machine trusts', async () => {
  const proxy = await startHttpProxy(onTestFinished);
  const port = await listening(createTlsServer(selfSigned, greet));
  const socket = await connectThrough(new URL(proxy.url), new URL(`wss://localhost:${port}/tunnel`), forever);
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.on('error', resolve));
  expect(error.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(proxy.asked).toEqual([`localhost:${port}`]);
});

describe('a proxy that gives no way is named, without its password, with what it did', () => {
  const failed = (proxy: string, signal = forever) =>
    connectThrough(new URL(proxy), target, signal).then(
      () => undefined,
      ({ code, message }) => ({ code, message }),
    );
  const sentence = (origin: string, why: string) => ({
    code: 'ServiceUnreachable',
    message: `The proxy ${origin} gives no way to ${target.host}: ${why}.`,
  });

  test('when it wants a login', async () => {
    const { url } = await startHttpProxy(onTestFinished, { login: 'me:right' });
    expect(await failed(url.replace('//', '//me:hunter2@'))).toEqual(
      sentence(url, 'it answers 407 Proxy Authentication Required'),
    );
  });

  test('when it does not reach the target', async () => {
    const proxy = createHttpServer().on('connect', (_, socket) => socket.end('HTTP/1.1 502\r\n\r\n'));
    const origin = `http://127.0.0.1:${await listening(proxy)}`;
    expect(await failed(origin)).toEqual(sentence(origin, 'it answers 502'));
  });

  test('when nothing listens there', async () => {
    const port = await closedPort();
    expect(await failed(`http://me:hunter2@127.0.0.1:${port}`)).toEqual(
      sentence(`http://127.0.0.1:${port}`, 'nothing listens there'),
    );
  });

  test('when it hangs up', async () => {
    const port = await listening(createServer((socket) => socket.destroy()));
    expect(await failed(`http://127.0.0.1:${port}`)).toEqual(
      sentence(`http://127.0.0.1:${port}`, 'it closed the connection'),
    );
  });

  test('when it does not answer', async () => {
    const port = await listening(createServer(() => undefined));
    expect(await failed(`http://127.0.0.1:${port}`, AbortSignal.timeout(50))).toEqual(
      sentence(`http://127.0.0.1:${port}`, 'it did not answer in time'),
    );
  });
});
