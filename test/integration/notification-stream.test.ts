import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { awayWebhook } from '../helpers/away-webhook.js';
import { openEventStream } from '../helpers/event-stream.js';
import { finished } from '../helpers/history.js';
import { startReceiver } from '../helpers/receiver.js';
import type { EventType } from '../../src/model/event-types.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

/** A webhook of its own for one test, so that the stream of it is of this test alone. */
async function newWebhook({ answer = 200, enabled = true, eventTypes = [] as EventType[] } = {}): Promise<string> {
  const receiver = await startReceiver({ answer: (response) => response.writeHead(answer).end() });
  const { id } = await service.api.createWebhook({ url: receiver.url, enabled, eventTypes });
  onTestFinished(() => service.api.removeWebhook(id));
  return id;
}

test('begins with its place, and tells of each notification and attempt as it happens', async () => {
  const webhook = await newWebhook();
  const stream = await openEventStream(service, `webhook=${webhook}`);
  expect(stream.answer.statusCode).toBe(200);
  expect(stream.answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  expect(stream.told.map(({ event }) => event)).toEqual(['place']);

  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  await stream.has(2);
  expect(stream.told.slice(1)).toMatchObject([
    { event: 'notification', notification: { eventId: event.eventId, status: 'pending', attemptCount: 0 } },
    { event: 'attempt', notification: { eventId: event.eventId, status: 'delivered', lastStatus: 200 } },
  ]);
});

test('tells every entry exactly once over dropped connections, while others write', async () => {
  const webhook = await newWebhook();
  const start = await openEventStream(service, `webhook=${webhook}`);
  const count = 120;
  const writers = ['ann', 'ben', 'cem'].map(async (user) => {
    for (let i = 0; i < count / 3; i += 1) {
      await service.api.triggerEvent({ eventType: 'Subscribe', to: [webhook], seed: user.charCodeAt(0) + i });
    }
  });

  const all: string[] = [];
  let lastId = start.lastId();
  start.drop();
  for (let connection = 1; all.length < 2 * count; connection += 1) {
    const stream = await openEventStream(service, `webhook=${webhook}`, lastId);
    await stream.has(Math.min(connection * 3, 2 * count - all.length));
    stream.drop();
    all.push(...stream.entries());
    lastId = stream.told.findLast(({ entry }) => entry !== '')?.id ?? lastId;
  }

  await Promise.all(writers);
  const history = await finished(service.api, { webhook }, count);
  expect(all.toSorted()).toEqual(history.flatMap(({ id }) => [id, `${id} 1`]).toSorted());
});

test('starts at a time, in order, and goes on', async () => {
  const webhook = await newWebhook({ answer: 500 });
  const before = new Date().toISOString();
  for (let i = 0; i < 3; i += 1) await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  const stream = await openEventStream(service, `webhook=${webhook}&since=${before}`);
  await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  const entries = await stream.has(8);
  expect(new Set(entries).size).toBe(8);
  for (const entry of entries) {
    const [id = '', number] = entry.split(' ');
    if (number !== undefined) expect(entries.indexOf(id)).toBeLessThan(entries.indexOf(entry));
  }
});

test('narrows by what an entry tells of', async () => {
  // Its first answer turns it off, so it wants nothing of what comes later.
  const [up, down] = [await newWebhook(), await newWebhook({ answer: 410, eventTypes: ['Subscribe'] })];
  const since = new Date().toISOString();
  const { subscriptionId } = await service.api.subscribe('your-account', CALENDAR, {});
  const { event } = await service.api.triggerEvent({ eventType: 'Test' });
  await finished(service.api, { event: event.eventId });
  await finished(service.api, { subscription: subscriptionId }, 2);
  const found = async (query: string) => {
    const stream = await openEventStream(service, `since=${since}&${query}`);
    const entries = await stream.has(1);
    return new Set(entries.map((entry) => entry.replace(/^\S+/, '').trim() || 'made'));
  };
  expect(await found(`webhook=${down}&status=failed&type=subscribe`)).toEqual(new Set(['1']));
  expect(await found(`webhook=${up}&status=pending`)).toEqual(new Set(['made']));
  expect(await found(`webhook=${up}&status=delivered&calendar=${CALENDAR}`)).toEqual(new Set(['1']));
  expect(await found(`subscription=${subscriptionId}&status=delivered`)).toEqual(new Set(['1']));
  expect(await found(`event=${event.eventId}&status=delivered`)).toEqual(new Set(['1']));
});

test('tells nothing of another account, nor lets it read on where this one was', async () => {
  const webhook = await newWebhook();
  const own = await openEventStream(service, `webhook=${webhook}`);
  const stranger = { url: service.url, api: service.stranger.api };
  const theirs = await openEventStream(stranger, 'since=2026-01-01T00:00:00Z');
  const resumed = await openEventStream(stranger, '', own.lastId());
  await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  await own.has(2);
  await service.stranger.api.triggerEvent({ eventType: 'Test', to: [await awayWebhook(service.stranger.api)] });
  await resumed.has(1);
  expect((await theirs.has(1)).length).toBe(1);
  expect(resumed.entries()).toEqual(theirs.entries());
});

test.each(['nonsense', 'MQ', `${Buffer.from('1.1').toString('base64url')}x`])(
  'refuses %s as the id of an event',
  async (id) => {
    const answer = await service.call('GET', '/v1/notifications/stream', {
      headers: {
        authorization: `Bearer ${await service.api.accessToken()}`,
        'last-event-id': id,
      },
    });
    const Reason = `“${id}” is not the id of an entry that this service gave.`;
    expect(answer).toMatchObject({ status: 400, json: { Code: 'InvalidRequest', Reason } });
  },
);

test('takes an empty id for none, and refuses a filter that is none', async () => {
  const stream = await openEventStream(service, '', '');
  expect(stream.told.map(({ event }) => event)).toEqual(['place']);
  for (const query of ['status=lost', 'since=yesterday']) {
    expect(await service.call('GET', `/v1/notifications/stream?${query}`)).toMatchObject({ status: 400 });
  }
});

const ENTRIES = 800;

/** A service of its own, with what makes {@link ENTRIES} entries that are more than sockets hold: 6 MB. */
async function startFilling() {
  const own = await startTestService();
  onTestFinished(() => own.end());
  const receiver = await startReceiver({ answer: (response) => response.writeHead(200).end('x'.repeat(16_000)) });
  const webhooks = 20;
  for (let i = 0; i < webhooks; i += 1) await own.api.createWebhook({ url: receiver.url });
  const fill = async () => {
    for (let i = 0; i < ENTRIES / 2 / webhooks; i += 1) await own.api.triggerEvent({ eventType: 'Test' });
    // Counting them costs the service more than delivering them does, so it is asked once they have arrived.
    await waitUntil('all arrive', () => receiver.requests.length === ENTRIES / 2, 15_000);
    await waitUntil('all are delivered', async () => {
      const { notifications } = await own.api.notifications({ status: 'delivered', limit: 1000 });
      return notifications.length === ENTRIES / 2;
    });
  };
  return { own, fill };
}

test('a reader that takes nothing for a while misses nothing', async () => {
  const { own, fill } = await startFilling();
  const stream = await openEventStream(own);
  stream.answer.pause();
  await fill();
  stream.answer.resume();
  expect(new Set(await stream.has(ENTRIES)).size).toBe(ENTRIES);
});

test('a stop ends the streams in order, at once, and also those that nobody reads', async () => {
  const { own, fill } = await startFilling();
  const stream = await openEventStream(own);
  const stalled = await openEventStream(own);
  stalled.answer.pause();
  await fill();
  const entries = await stream.has(ENTRIES);

  const startedAt = performance.now();
  await own.stop();
  await stream.ended;
  expect(performance.now() - startedAt).toBeLessThan(900);

  await own.start();
  const later = await openEventStream(own, '', stream.lastId());
  await own.api.triggerEvent({ eventType: 'Test' });
  for (const entry of await later.has(20)) expect(entries).not.toContain(entry);
});

test('starts with the last entries that fit, and goes on from there', async () => {
  const webhook = await newWebhook();
  for (let i = 1; i <= 3; i += 1) {
    await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
    await finished(service.api, { webhook }, i);
  }

  const all = await openEventStream(service, `webhook=${webhook}&since=2026-01-01T00:00:00Z`);
  const six = await all.has(6);
  const first = async (query: string, count: number) =>
    (await openEventStream(service, `webhook=${webhook}&${query}`)).has(count);
  for (const last of [1, 3, 6, 100]) expect(await first(`last=${last}`, Math.min(last, 6))).toEqual(six.slice(-last));
  expect(await first('last=2&status=delivered', 2)).toEqual([six[3], six[5]]);
  expect(await first('last=2&status=pending', 2)).toEqual([six[2], six[4]]);

  const stream = await openEventStream(service, `webhook=${webhook}&last=2`);
  await stream.has(2);
  await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  expect((await stream.has(4)).slice(0, 2)).toEqual(six.slice(-2));
});

test.each(['0', '1001', 'x'])('refuses last=%s', async (last) => {
  expect(await service.call('GET', `/v1/notifications/stream?last=${last}`)).toMatchObject({ status: 400 });
});

test('a stream that was left is read for no longer', async () => {
  const webhook = await newWebhook();
  const stream = await openEventStream(service, `webhook=${webhook}`);
  stream.drop();
  await waitUntil('the connection is closed', () => stream.answer.closed);
  await service.api.triggerEvent({ eventType: 'Test', to: [webhook] });
  await finished(service.api, { webhook });
  expect(stream.entries()).toEqual([]);
});
