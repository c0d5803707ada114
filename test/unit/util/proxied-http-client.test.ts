import { expect, onTestFinished, test } from 'vitest';
import { sleep, systemClock } from '../../../src/util/clock.js';
import { through } from '../../../src/util/proxied-http-client.js';
import { startHttpProxy } from '../../helpers/http-proxy.js';
import { startClosing } from '../../helpers/raw-receiver.js';

/** The way, through a proxy, to a service that closes each connection when it is used again. */
async function closingBehindProxy() {
  const proxy = await startHttpProxy(onTestFinished);
  const service = await startClosing();
  const { send } = through(new URL(proxy.url));
  const sendAndRest: typeof send = async (request) => {
    const answer = await send(request);
    // Undici takes a connection for free only some turns after the answer.
    await sleep(systemClock, 10);
    return answer;
  };
  return { service, url: new URL(service.url), send: sendAndRest };
}

test('a connection that is closed just as it is used again costs a request that may be repeated nothing', async () => {
  const { service, url, send } = await closingBehindProxy();
  const get = { method: 'GET', url, headers: {} } as const;
  expect(await send(get)).toMatchObject({ status: 200, body: true });
  expect(await send(get)).toMatchObject({ status: 200, body: true });
  expect(service.requestCount).toBe(3);
});

test('what may not be done twice is not sent again', async () => {
  const { service, url, send } = await closingBehindProxy();
  const post = { method: 'POST', url, headers: {}, body: '{}' } as const;
  await send(post);
  await expect(send(post)).rejects.toThrow();
  expect(service.requestCount).toBe(2);
});
