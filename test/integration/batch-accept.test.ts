import { beforeAll, describe, expect, test } from 'vitest';
import type { TriggeredEvents } from '../../src/api/contract.js';
import { newGuid } from '../../src/util/ids.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const accept = (json: unknown, headers: Readonly<Record<string, string>> = {}) =>
  service.call('POST', '/v1/events', { json, headers });
const eventCount = async () => (await service.api.events({ limit: 1000 })).events.length;
const refusal = (status: number, Code: string) => ({ status, json: { Code } });
const own = (eventDetails: object = {}, eventId?: string) => ({
  event: { eventType: 'Subscribe', eventDetails, ...(eventId && { eventId }) },
});

test('a thousand events of one call are all kept, in their order, and delivered', async () => {
  const receiver = await startReceiver();
  const { id } = await service.api.createWebhook({ url: receiver.url });
  const events = Array.from({ length: 1000 }, (_, place) => own({ place }));

  const { status, json } = await accept({ events, to: [id] });

  expect(status).toBe(201);
  const made = (json as TriggeredEvents).events;
  expect(made).toHaveLength(1000);
  expect(
    made.every(({ eventType, notificationIds }) => eventType === 'Subscribe' && notificationIds.length === 1),
  ).toBe(true);
  await waitUntil('all of them arrived', () => receiver.requests.length === 1000, 15_000);
  expect(receiver.eventIds().toSorted()).toEqual(made.map(({ eventId }) => eventId).toSorted());
  const seventh = await service.api.event(made[7]?.eventId ?? '');
  expect(seventh.event?.eventDetails).toMatchObject({ place: 7 });
  await service.api.removeWebhook(id);
});

test('samples and events of one’s own go together, each to those who want its type', async () => {
  const receiver = await startReceiver();
  const { id } = await service.api.createWebhook({ url: receiver.url, eventTypes: ['Unsubscribe'] });
  const { json } = await accept({ events: [{ eventType: 'unsubscribe', seed: 7 }, own()] });
  const [first, second] = (json as TriggeredEvents).events;
  expect([first?.eventType, second?.eventType]).toEqual(['Unsubscribe', 'Subscribe']);
  expect([first?.notificationIds.length, second?.notificationIds.length]).toEqual([1, 0]);
  await service.api.removeWebhook(id);
});

describe('of a call with one bad event nothing is kept, and it is named by its index:', () => {
  const known = newGuid();

  test.each<[string, unknown, number, string]>([
    ['a type that is none', { eventType: 'Subscribed' }, 400, 'UnknownEventType'],
    ['a calendar that is not there', { eventType: 'Subscribe', calendarCode: 'nobody' }, 404, 'NotFound'],
    ['a value in a place that is not there', { eventType: 'Test', set: { nowhere: '1' } }, 400, 'InvalidRequest'],
    ['an id that is kept already', own({}, known), 409, 'Conflict'],
    ['an id that the call has twice', own({}, '0f1d5918-052d-4915-89a7-8cc9c4d33492'), 409, 'Conflict'],
    ['an event that is too large', own({ numbers: Array.from({ length: 30_000 }, () => 1e20) }), 413, 'TooLarge'],
  ])('%s', async (what, bad, status, code) => {
    if ((await service.call('GET', `/v1/events/${known}`)).status === 404) await accept(own({}, known));
    const before = await eventCount();
    const events = [own(), own({}, '0f1d5918-052d-4915-89a7-8cc9c4d33492'), own(), bad, own()];

    const refused = await accept({ events }, { 'idempotency-key': `bad ${what}` });

    expect(refused).toMatchObject(refusal(status, code));
    expect(refused.json).toMatchObject({
      Reason: expect.stringMatching(/^events\[3\]: .* None of the 5 was kept\.$/s),
    });
    expect(await eventCount()).toBe(before);
    expect(await accept({ events: [own()] }, { 'idempotency-key': `bad ${what}` })).toMatchObject({ status: 201 });
  });

  test('one that is no event at all', async () => {
    const refused = await accept({ events: [own(), { eventType: 5 }] });
    expect(refused).toMatchObject(refusal(400, 'InvalidRequest'));
    expect(refused.json).toMatchObject({ Reason: 'The body/events/1/eventType must be string.' });
  });
});

test.each([
  ['none', { events: [] }],
  ['more than a thousand', { events: Array.from({ length: 1001 }, () => ({ eventType: 'Test' })) }],
  ['one beside many', { eventType: 'Test', events: [{ eventType: 'Test' }] }],
])('%s is refused', async (_, body) => {
  expect(await accept(body)).toMatchObject(refusal(400, 'InvalidRequest'));
});

test('the same call under the same key is made once, and answered with the same events', async () => {
  const body = { events: [{ eventType: 'Subscribe' }, { eventType: 'Unsubscribe' }] };
  const first = await accept(body, { 'idempotency-key': 'many' });
  const before = await eventCount();
  const second = await accept(body, { 'idempotency-key': 'many' });
  const other = await accept({ events: [{ eventType: 'Test' }] }, { 'idempotency-key': 'many' });

  expect(second).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' }, json: first.json as object });
  expect(await eventCount()).toBe(before);
  expect(other).toMatchObject(refusal(422, 'IdempotencyKeyReused'));
  expect(other.json).toMatchObject({ Reason: expect.stringContaining('made 2 events') });
});

test('what only many events may weigh is refused for one, and beyond 4 MB for all', async () => {
  const padded = (count: number) => ({
    events: Array.from({ length: count }, () => own({ padding: 'x'.repeat(4000) })),
  });
  expect(await accept(padded(900))).toMatchObject({ status: 201 });
  expect(await accept(own({ padding: 'x'.repeat(256 * 1024) }))).toMatchObject(refusal(413, 'TooLarge'));
  const beyond = await accept({
    events: padded(999).events.map((one) => ({ ...one, set: { padding: 'y'.repeat(400) } })),
  });
  expect(beyond).toMatchObject(refusal(413, 'TooLarge'));
  expect(beyond.json).toMatchObject({ Reason: 'The body is larger than 4096 kB.' });
});

test('a dry run of many makes none', async () => {
  const before = await eventCount();
  const { status, json } = await accept({ events: [{ eventType: 'Test' }, { eventType: 'Test' }], dryRun: true });
  expect([status, (json as TriggeredEvents).events.length]).toEqual([200, 2]);
  expect(await eventCount()).toBe(before);
});

test('the answer says that it is JSON, and so does a refusal', async () => {
  for (const body of [{ eventType: 'Test' }, { eventType: 'nothing' }, { events: [{ eventType: 'Test' }] }]) {
    const { headers } = await accept(body);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  }
});

test('a call that would make more notifications than one may is refused, and says how many', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 11; count += 1) {
    ids.push((await service.api.createWebhook({ url: `http://127.0.0.1:9/${count}`, eventTypes: ['Test'] })).id);
  }

  const before = await eventCount();
  const refused = await accept({ events: Array.from({ length: 1000 }, () => ({ eventType: 'Test' })) });
  expect(refused).toMatchObject(refusal(413, 'TooLarge'));
  expect(refused.json).toMatchObject({ Reason: expect.stringContaining('would be 11000 notifications') });
  expect(await eventCount()).toBe(before);
  for (const id of ids) await service.api.removeWebhook(id);
});
