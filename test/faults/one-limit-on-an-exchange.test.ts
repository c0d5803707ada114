import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startHttpEngine } from '../helpers/http-engine.js';
import { account, addWebhook, newEvent } from '../helpers/open-store.js';
import { drip, pour, startRawReceiver, type Behaviour } from '../helpers/raw-receiver.js';
import { startReceiver } from '../helpers/receiver.js';
import { waitUntil } from '../helpers/wait-until.js';
import { wholeFaults } from '../helpers/whole-faults.js';

const MB = 1024 * 1024;
const LIMIT = 15_000;
const MOST_KEPT = 16_384;
const PIECE = Buffer.alloc(65_536, 'x');
/** A thousand times as long when it is unpacked. */
const BOMB = gzipSync(Buffer.alloc(64 * MB));
const EARLY_HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';

/** What a receiver does to each notification, and what the history says of it. */
interface Hostile {
  readonly behave: Behaviour;
  readonly kept: { readonly status: number | null; readonly error: string | null; readonly answer: unknown };
}

const unanswered = (error: string) => ({ status: null, error, answer: null });
const answered = (answer: unknown) => ({ status: 200, error: null, answer });
const long = answered(expect.toSatisfy((text: string) => text.length > 0 && text.length <= MOST_KEPT));

/** They go on until the limit of the exchange ends it. */
const ENDLESS: Readonly<Record<string, Hostile>> = {
  'never answers': { behave: () => undefined, kept: unanswered('timeout') },
  'answers with nothing but 103 Early Hints': {
    behave: (socket) => drip(socket, EARLY_HINTS.repeat(20)),
    kept: unanswered('timeout'),
  },
  'drips its headers': {
    behave(socket) {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      drip(socket, 'x');
    },
    kept: unanswered('timeout'),
  },
  'drips its body': {
    behave(socket) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
      drip(socket, 'x');
    },
    kept: answered(expect.stringMatching(/^x+$/)),
  },
};

/** They are done with before that. */
const OTHERS: Readonly<Record<string, Hostile>> = {
  'sends 100 MB': {
    behave(socket) {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${100 * MB}\r\n\r\n`);
      pour(socket, PIECE, 100 * MB);
    },
    kept: answered('x'.repeat(MOST_KEPT)),
  },
  'sends a body without an end': {
    behave(socket) {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      pour(socket, PIECE);
    },
    kept: answered('x'.repeat(MOST_KEPT)),
  },
  'sends a gzip bomb': {
    behave(socket) {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${BOMB.length}\r\n\r\n`);
      socket.write(BOMB);
    },
    kept: long,
  },
  'sends 200 kB of headers': {
    behave: (socket) => socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(200_000)}\r\n\r\n`),
    kept: unanswered('bad_answer'),
  },
  'sends chunks that are none': {
    behave: (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnot a length\r\n'),
    kept: answered('half'),
  },
  'speaks another protocol': {
    behave: (socket) => socket.end('SSH-2.0-OpenSSH_9.0\r\n'),
    kept: unanswered('bad_answer'),
  },
  'hangs up': { behave: (socket) => socket.end(), kept: unanswered('connection_reset') },
  resets: { behave: (socket) => socket.resetAndDestroy(), kept: unanswered('connection_reset') },
  'resets within its headers': {
    behave: (socket) => socket.write('HTTP/1.1 200 OK\r\nX-Half: ', () => socket.resetAndDestroy()),
    kept: unanswered('connection_reset'),
  },
  'breaks off within its body': {
    behave: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'),
    kept: answered('half'),
  },
};

/** How many notifications each of them gets, and the healthy one. */
const { toEach, toHealthy } = wholeFaults ? { toEach: 200, toHealthy: 5000 } : { toEach: 6, toHealthy: 100 };

test('every sort of bad receiver is kept to its limits and recorded in its own word, beside one that is served', async () => {
  const engine = await startHttpEngine();
  const { store } = engine;
  const receivers = await Promise.all(
    Object.entries({ ...ENDLESS, ...OTHERS }).map(async ([name, { behave, kept }]) => {
      const receiver = await startRawReceiver(behave);
      return { name, kept, receiver, webhook: await addWebhook(store, { url: receiver.url }) };
    }),
  );
  const healthy = await startReceiver();
  const healthyWebhook = await addWebhook(store, { url: healthy.url });
  const before = process.memoryUsage();
  const createdAt = engine.clock.now();
  const ids = await store.write(async (transaction) => {
    const notified = (webhookId: string) => transaction.acceptEvent(newEvent({ createdAt }), [webhookId]);
    for (let i = 0; i < toHealthy; i += 1) await notified(healthyWebhook.id);
    const byName = new Map<string, string[]>();
    for (const { name, webhook } of receivers) {
      byName.set(name, (await Promise.all(Array.from({ length: toEach }, () => notified(webhook.id)))).flat());
    }
    return byName;
  });
  const first = (name: string) => ids.get(name)?.[0] ?? '';

  engine.wake();
  await waitUntil('the healthy one is served', () => healthy.requests.length === toHealthy, 60_000);
  // All this time the others went on as they like.
  for (const name of Object.keys(OTHERS)) await engine.attempts(first(name), 1);
  for (const name of Object.keys(ENDLESS))
    expect(await engine.notification(first(name))).toMatchObject({ attemptCount: 0 });
  const after = process.memoryUsage();
  await engine.advance(LIMIT);
  for (const name of Object.keys(ENDLESS)) await engine.attempts(first(name), 1);

  for (const { name, kept } of receivers) {
    const [attempt] = await store.attempts(first(name));
    const { status } = await engine.notification(first(name));
    expect({ name, outcome: status, ...attempt }).toMatchObject({
      name,
      outcome: kept.status === 200 ? 'delivered' : 'pending',
      ...kept,
    });
  }

  expect((after.arrayBuffers - before.arrayBuffers) / MB).toBeLessThan(50);
  expect((after.rss - before.rss) / MB).toBeLessThan(200);
  const sent = (name: string) => receivers.find((one) => one.name === name)?.receiver.bytesSent ?? 0;
  // Cut after what is kept, whatever the sockets hold by then.
  expect(sent('sends 100 MB') / toEach).toBeLessThan(10 * MB);
  const { items } = await store.notifications(account.id, { webhookId: healthyWebhook.id, limit: 5000 });
  expect(new Set(items.map(({ status, attemptCount }) => `${status} ${attemptCount}`))).toEqual(
    new Set(['delivered 1']),
  );
});
