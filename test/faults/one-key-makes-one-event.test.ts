import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import type { TriggeredEvent } from '../../src/api/contract.js';
import { eventually } from '../helpers/eventually.js';
import { exchange } from '../helpers/exchange.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp, type ReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { drained, wholeHistory } from '../helpers/whole-history.js';

const CALLS = 200;

let home: Home;
let service: Awaited<ReturnType<Home['serve']>>;
let api: ApiClient;
let receiver: ReceivingApp;

beforeAll(async () => {
  home = new Home(afterAll);
  service = await home.serve();
  api = new ApiClient({ apiUrl: service.serving.url, ...localCredentials(home), userAgent: 'test' });
  receiver = await startReceivingApp(afterAll);
  await api.createWebhook({ url: receiver.url });
});

/** Makes the call `count` times at once. Each tells its event, and whether it was made before; undefined without an answer. */
async function callAtOnce(key: string, count: number) {
  const headers = {
    authorization: `Bearer ${await api.accessToken()}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const call = { method: 'POST', headers, body: JSON.stringify({ eventType: 'Subscribe' }) };
  return Array.from({ length: count }, async () => {
    const answer = await exchange(`${service.serving.url}/v1/events`, call).catch(() => undefined);
    if (!answer) return undefined;
    expect(answer.status).toBe(201);
    const { eventId } = (answer.json as TriggeredEvent).event;
    return { eventId, isReplay: answer.headers['idempotent-replayed'] === 'true' };
  });
}

/** Everything that came of it is one notification, under one `webhook-id`. */
async function expectOne(eventId: string | undefined): Promise<void> {
  await drained(api);
  expect((await wholeHistory(api, { event: eventId })).map(({ status }) => status)).toEqual(['delivered']);
  const { events } = await api.events({ limit: 1000 });
  expect(events.filter((event) => event.eventId === eventId)).toHaveLength(1);
}

const eventCount = async () => (await api.events({ limit: 1000 })).events.length;

test(`${CALLS} concurrent calls under one key make one event and one notification`, async () => {
  const before = await eventCount();

  const answers = await Promise.all(await callAtOnce('crowd', CALLS));

  const ids = new Set(answers.map((answer) => answer?.eventId));
  expect(ids.size).toBe(1);
  expect(answers.filter((answer) => answer?.isReplay)).toHaveLength(CALLS - 1);
  expect(await eventCount()).toBe(before + 1);
  await expectOne([...ids][0]);
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([...ids]);
});

test('our client calls again where a connection broke under an answer, and makes one event', async () => {
  const proxy = await startTcpProxy(service.serving.url);
  const away = new ApiClient({
    apiUrl: proxy.through(service.serving.url),
    ...localCredentials(home),
    userAgent: 'test',
  });
  await away.account();
  const before = await eventCount();
  proxy.swallowFromService();

  const call = away.triggerEvent({ eventType: 'Subscribe' });
  await eventually('the event to be kept', async () => (await eventCount()) > before);
  proxy.cut();

  const { event } = await call;
  expect(proxy.connectionCount).toBe(2);
  expect(await eventCount()).toBe(before + 1);
  await expectOne(event.eventId);
});

test('calls under one key make one event also when the service is killed in between, and all that had no answer call again', async () => {
  const before = await eventCount();
  const calls = await callAtOnce('killed', CALLS);
  const answered: string[] = [];
  for (const call of calls) void call.then((answer) => answer && answered.push(answer.eventId));
  await eventually('the first answer', () => answered.length > 0);
  await service.stop('SIGKILL');
  const first = await Promise.all(calls);
  // All that had no answer, and one that had.
  const left = first.filter((answer) => !answer).length + 1;

  service = await home.serve({ port: new URL(service.serving.url).port });
  const again = await Promise.all(await callAtOnce('killed', left));

  const answers = [...first, ...again].filter((answer) => answer !== undefined);
  expect(answers).toHaveLength(CALLS + 1);
  expect(new Set(answers.map(({ eventId }) => eventId)).size).toBe(1);
  expect(again.every((answer) => answer?.isReplay)).toBe(true);
  expect(await eventCount()).toBe(before + 1);
  await expectOne(answers[0]?.eventId);
});
