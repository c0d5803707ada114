import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { sendJson } from '../../../src/util/http-client.js';
import { listenLocally } from '../../helpers/listen-locally.js';
import { KEPT, startClosing, startRawReceiver } from '../../helpers/raw-receiver.js';
import { waitUntil } from '../../helpers/wait-until.js';

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

describe('a request that expects 100 Continue', () => {
  const post = { method: 'POST', headers: {}, body: '{"a":1}', expectsContinue: true } as const;

  test('gives its body also to a service that never says so', async () => {
    const service = await startRawReceiver((socket) => socket.end(KEPT));
    expect(await sendJson({ ...post, url: new URL(service.url) })).toMatchObject({ status: 200, body: true });
  });

  test.each<[string, (socket: Socket) => void]>([
    ['twice', (socket) => socket.write(CONTINUE + CONTINUE)],
    ['too late', (socket) => setTimeout(() => socket.write(CONTINUE), 1_200)],
  ])('is answered by one that says so %s', async (_, say) => {
    expect(await sendJson({ ...post, url: await startContinuing(say) })).toMatchObject({ status: 200, body: true });
  });

  test('keeps its body from a service that refuses it by its headers', async () => {
    const { url, seen } = await startRefusing();
    expect(await sendJson({ ...post, url })).toMatchObject({ status: 417 });
    await waitUntil('the connection is closed', () => seen.isClosed);
    expect(seen.text).not.toContain('"a"');
  });
});

/** A server that says 100 Continue at the head of a request, and answers it at its end. */
async function startContinuing(say: (socket: Socket) => void) {
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (more) => {
      if (text === '') say(socket);
      text += more.toString();
      if (text.endsWith('{"a":1}')) setTimeout(() => socket.end(KEPT), 400);
    });
  });
  const port = await listenLocally(server);
  return new URL(`http://127.0.0.1:${port}/`);
}

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** A server that answers the head of a request. */
async function startRefusing() {
  const seen = { text: '', isClosed: false };
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('close', () => (seen.isClosed = true));
    socket.on('data', (more) => {
      if (seen.text === '') socket.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
      seen.text += more.toString();
    });
  });
  const port = await listenLocally(server);
  return { url: new URL(`http://127.0.0.1:${port}/`), seen };
}
