import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { revivingSender } from '../../../src/cli/reviving-sender.js';
import { sendJson } from '../../../src/util/http-client.js';
import { listenLocally } from '../../helpers/listen-locally.js';

/** A server that answers every request with what it counts so far, on a port that is free. */
async function service(port = 0) {
  let requests = 0;
  const server = createServer((socket) => {
    socket.once('data', () => {
      requests += 1;
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${requests}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}

test('a request that nobody was there for is sent again when the service is back, once', async () => {
  const first = await service();
  const send = revivingSender(sendJson, async () => void (await service(first.port)));
  const request = { method: 'POST', url: new URL(`http://127.0.0.1:${first.port}/`), headers: {}, body: '{}' } as const;
  await send(request);
  await first.close();

  expect(await send(request)).toMatchObject({ status: 200, body: 1 });
});

test('services that end one after another are followed, but not without end', async () => {
  const first = await service();
  await first.close();
  let revivals = 0;
  const send = revivingSender(sendJson, async () => {
    revivals += 1;
  });
  const url = new URL(`http://127.0.0.1:${first.port}/`);

  await expect(send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(revivals).toBe(4);
});

/** A server that closes its first connection at what `when` matches of it, and answers on the next ones. */
async function endingService(when: RegExp) {
  let connections = 0;
  const bodies: string[] = [];
  const server = createServer((socket) => {
    const isFirst = (connections += 1) === 1;
    let text = '';
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      if (isFirst && when.test(text)) return void socket.destroy();
      if (/expect: 100-continue/i.test(text) && text.endsWith('\r\n\r\n')) {
        return void socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      }
      bodies.push(text.split('\r\n\r\n')[1] ?? '');
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}');
    });
  });
  const port = await listenLocally(server);
  return { url: new URL(`http://127.0.0.1:${port}/`), bodies };
}

test('what broke off before the service went on with it is sent again: nothing happened', async () => {
  const { url, bodies } = await endingService(/\r\n\r\n$/);
  let revivals = 0;
  const send = revivingSender(sendJson, async () => {
    revivals += 1;
  });

  expect(await send({ method: 'POST', url, headers: {}, body: '{"a":1}' })).toMatchObject({ status: 200 });
  expect([revivals, bodies]).toEqual([1, ['{"a":1}']]);
});

test('what broke off later is not, unless it may be done twice', async () => {
  const whole = /\r\n\r\n\{"a":1\}$/;
  const post = { method: 'POST', headers: {}, body: '{"a":1}' } as const;
  const send = revivingSender(sendJson, async () => {});

  const once = await endingService(whole);
  await expect(send({ ...post, url: once.url })).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(once.bodies).toEqual([]);
  const { url } = await endingService(whole);
  expect(await send({ ...post, url, isIdempotent: true })).toMatchObject({ status: 200 });
});

test('what cannot be sent twice takes no connection that the ending service has kept', async () => {
  // Answers the first request on each connection, and closes it when another comes: as an end in between would.
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
      socket.once('data', () => socket.destroy());
    });
  });
  const port = await listenLocally(server);
  const send = revivingSender(sendJson, async () => {});
  const url = new URL(`http://127.0.0.1:${port}/`);

  await send({ method: 'GET', url, headers: {} });
  await new Promise((resolve) => setImmediate(resolve));
  expect(await send({ method: 'POST', url, headers: {}, body: '{}' })).toMatchObject({ status: 200 });
});
