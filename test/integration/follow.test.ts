import { createServer, type AddressInfo, type Server } from 'node:net';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { ApiClient, type FollowEvent } from '../../src/api/client.js';
import { openStream } from '../../src/util/http-stream.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

/** Follows what goes to a new webhook, and ends with the test. */
async function follow(options: Partial<ConstructorParameters<typeof ApiClient>[0]> = {}) {
  const receiver = await startReceiver();
  const { id } = await service.api.createWebhook({ url: receiver.url });
  const api = new ApiClient({ apiUrl: service.url, ...service.credentials, userAgent: 'test', ...options });
  const events: FollowEvent[] = [];
  const ending = new AbortController();
  const ended = api.followNotifications(
    { webhook: id },
    { onEvent: (event) => events.push(event), signal: ending.signal, random: () => 0 },
  );
  ended.catch(() => undefined);
  onTestFinished(async () => {
    ending.abort();
    await ended.catch(() => undefined);
    await service.api.removeWebhook(id);
  });
  const entries = () =>
    events.flatMap((event) => {
      if (event.kind !== 'entry') return [];
      const { entry } = event;
      return [entry.type === 'attempt' ? `${entry.notification.id} ${entry.attempt.number}` : entry.notification.id];
    });
  return {
    events,
    entries,
    ended,
    end: () => ending.abort(),
    trigger: () => service.api.triggerEvent({ eventType: 'Test', to: [id] }),
    until: (kind: FollowEvent['kind'], count = 1) =>
      waitUntil(`${count} × ${kind}`, () => events.filter((event) => event.kind === kind).length >= count),
  };
}

test('comes back after each break, to where it was', async () => {
  const proxy = await startTcpProxy(service.url);
  const followed = await follow({ apiUrl: proxy.through(service.url).replace(/\/$/, '') });
  await followed.until('connected');
  await followed.trigger();
  await followed.until('entry', 2);
  for (const round of [1, 2]) {
    proxy.cut();
    await followed.trigger();
    await followed.until('entry', 2 + 2 * round);
  }

  expect(new Set(followed.entries()).size).toBe(6);
  expect(followed.entries()).toHaveLength(6);
  expect(followed.events.filter(({ kind }) => kind !== 'entry')).toEqual([
    { kind: 'connected', again: false },
    { kind: 'reconnecting', inMs: 500, reason: 'The link to the service broke.' },
    { kind: 'connected', again: true },
    { kind: 'reconnecting', inMs: 500, reason: 'The link to the service broke.' },
    { kind: 'connected', again: true },
  ]);
});

test('logs in anew when its token no longer holds', async () => {
  const followed = await follow({ tokens: { accessToken: 'old', expiresAt: Date.now() + 3_600_000 } });
  await followed.until('connected');
  await followed.trigger();
  await followed.until('entry', 2);
});

test('ends when it is told to', async () => {
  const followed = await follow();
  await followed.until('connected');
  followed.end();
  await expect(followed.ended).resolves.toBeUndefined();
});

test('fails at the start when nothing listens there, and when the client is not known', async () => {
  const unreachable = await follow({ apiUrl: 'http://127.0.0.1:9' });
  await expect(unreachable.ended).rejects.toMatchObject({ code: 'ServiceUnreachable' });
  const unknown = await follow({ clientSecret: 'wrong' });
  await expect(unknown.ended).rejects.toMatchObject({ code: 'InvalidCredentials' });
  expect([...unreachable.events, ...unknown.events]).toEqual([]);
});

test('a link on which nothing comes is given up', async () => {
  const server = await startServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n');
  });
  const { port } = server.address() as AddressInfo;
  const { status, body } = await openStream({
    url: new URL(`http://127.0.0.1:${port}`),
    headers: {},
    signal: new AbortController().signal,
    silenceLimit: 100,
  });
  expect(status).toBe(200);
  const chunks: string[] = [];
  const reading = (async () => {
    for await (const chunk of body) chunks.push(chunk.toString());
  })();
  await expect(reading).rejects.toThrow('nothing was heard for 0.1 s');
  expect(chunks).toEqual([': hello\n\n']);
});

async function startServer(onSocket: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    onSocket?.(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return server;
}
