import { expect, test } from 'vitest';
import { sendJson } from '../../../src/util/http-client.js';
import { KEPT, startClosing, startRawReceiver } from '../../helpers/raw-receiver.js';

test('a connection that is closed just as it is used again costs a request that may be repeated nothing', async () => {
  const service = await startClosing();
  const get = { method: 'GET', url: new URL(service.url), headers: {} } as const;
  expect(await sendJson(get)).toMatchObject({ status: 200, body: true });
  expect(await sendJson(get)).toMatchObject({ status: 200, body: true });
  expect(service.requestCount).toBe(3);
});

test.each(['POST', 'DELETE'] as const)('a %s, which may not be done twice, is not sent again', async (method) => {
  const service = await startClosing();
  const request = { method, url: new URL(service.url), headers: {}, body: '{}' };
  await sendJson(request);
  await expect(sendJson(request)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(service.requestCount).toBe(2);
});

test('what is said to be idempotent is sent again whatever its method', async () => {
  const service = await startClosing();
  const post = { method: 'POST', url: new URL(service.url), headers: {}, body: '{}' } as const;
  await sendJson(post);
  expect(await sendJson({ ...post, isIdempotent: true })).toMatchObject({ status: 200, body: true });
  expect(service.requestCount).toBe(3);
});

test('a service that closes every connection is not asked without end', async () => {
  const service = await startRawReceiver((socket, place) => {
    if (place === 1 && service.requestCount === 1) socket.write(KEPT);
    else socket.destroy();
  });
  const get = { method: 'GET', url: new URL(service.url), headers: {} } as const;
  await sendJson(get);
  await expect(sendJson(get)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(service.requestCount).toBe(3);
});
