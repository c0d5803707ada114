import { expect, onTestFinished, test } from 'vitest';
import { through } from '../../../src/util/proxied-http-client.js';
import { startHttpProxy } from '../../helpers/http-proxy.js';
import { startRawReceiver } from '../../helpers/raw-receiver.js';

const KEPT = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue';

/** The way, through a proxy, to a service that takes one request a connection and closes it when the next one comes. */
async function startClosing() {
  const proxy = await startHttpProxy(onTestFinished);
  const service = await startRawReceiver((socket, place) => void (place === 1 ? socket.write(KEPT) : socket.destroy()));
  const { send } = through(new URL(proxy.url));
  const sendAndRest: typeof send = async (request) => {
    const answer = await send(request);
    // Undici takes a connection for free only some turns after the answer.
    await new Promise((resolve) => setTimeout(resolve, 10));
    return answer;
  };
  return { service, url: new URL(service.url), send: sendAndRest };
}

test('a connection that is closed just as it is used again costs a request that may be repeated nothing', async () => {
  const { service, url, send } = await startClosing();
  const get = { method: 'GET', url, headers: {} } as const;
  expect(await send(get)).toMatchObject({ status: 200, body: true });
  expect(await send(get)).toMatchObject({ status: 200, body: true });
  expect(service.requestCount).toBe(3);
});

test('what may not be done twice is not sent again', async () => {
  const { service, url, send } = await startClosing();
  const post = { method: 'POST', url, headers: {}, body: '{}' } as const;
  await send(post);
  await expect(send(post)).rejects.toThrow();
  expect(service.requestCount).toBe(2);
});
