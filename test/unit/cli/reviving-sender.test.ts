import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { revivingSender } from '../../../src/cli/reviving-sender.js';
import { sendJson } from '../../../src/util/http-client.js';

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

test('one that broke off is not: it may have arrived', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  let revived = false;
  const send = revivingSender(sendJson, async () => {
    revived = true;
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

  await expect(send({ method: 'POST', url, headers: {}, body: '{}' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(revived).toBe(false);
});

test('what cannot be sent twice takes no connection that the ending service has kept', async () => {
  // Answers the first request on each connection, and closes it when another comes: as an end in between would.
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
      socket.once('data', () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const send = revivingSender(sendJson, async () => {});
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

  await send({ method: 'GET', url, headers: {} });
  await new Promise((resolve) => setImmediate(resolve));
  expect(await send({ method: 'POST', url, headers: {}, body: '{}' })).toMatchObject({ status: 200 });
});
