import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { awayWebhook } from '../helpers/away-webhook.js';
import { finished } from '../helpers/history.js';
import { startReceiver } from '../helpers/receiver.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';
import { triggerEach } from '../helpers/trigger-each.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;
/** The ids of seven triggered events, oldest first; the webhook of the first four was then turned off. */
const ids: string[] = [];
let webhookId: string;
let subscriptionId: string;
let middle: string;

beforeAll(async () => {
  service = await startTestService();
  const id = await awayWebhook(service.api);
  webhookId = id;
  ids.push(...(await triggerEach(service.api, id, 3)));
  const own = { eventType: 'Test', eventDetails: { subscription: { calendarCode: 'of-nobody' } } };
  ids.push((await service.api.triggerEvent({ event: own, to: [id] })).event.eventId);
  const last = Date.now();
  await waitUntil('the next millisecond', () => Date.now() > last);
  middle = new Date().toISOString();
  for (let i = 0; i < 3; i += 1) ids.push((await service.api.triggerEvent({ eventType: 'Subscribe' })).event.eventId);
  ({ subscriptionId } = await service.api.subscribe('your-account', CALENDAR, {}));
  const { events } = await service.api.events({ subscription: subscriptionId });
  ids.push(...events.map(({ eventId }) => eventId));
  return () => service.end();
});

const eventIds = async (query: string) => {
  const { status, json } = await service.call('GET', `/v1/events?${query}`);
  expect(status).toBe(200);
  return (json as { events: { eventId: string }[] }).events.map(({ eventId }) => eventId);
};

describe('GET /v1/events', () => {
  test('lists newest first', async () => {
    expect(await eventIds('')).toEqual(ids.toReversed());
  });

  test.each([
    ['limit=2', () => ids.slice(-2)],
    ['type=Test', () => ids.slice(0, 4)],
    ['type=subscribe', () => ids.slice(4)],
    ['type=Inbox', () => []],
    [`calendar=${CALENDAR}`, () => ids.slice(4)],
    ['calendar=of-nobody', () => ids.slice(3, 4)],
  ])('%s finds what it says', async (query, expected) => {
    expect(await eventIds(query)).toEqual(expected().toReversed());
  });

  test('finds by time and subscription', async () => {
    expect(await eventIds(`since=${middle}`)).toEqual(ids.slice(4).toReversed());
    expect(await eventIds(`until=${middle}`)).toEqual(ids.slice(0, 4).toReversed());
    expect(await eventIds(`since=${middle}&until=${middle}`)).toEqual([]);
    expect(await eventIds(`subscription=${subscriptionId}&type=Subscribe`)).toEqual(ids.slice(-1));
  });

  test('goes through all pages with its cursors, also when more happens in between', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    const sizes: number[] = [];
    do {
      const page = await service.api.events({ limit: 3, cursor, until: new Date(Date.now() + 60_000).toISOString() });
      seen.push(...page.events.map(({ eventId }) => eventId));
      sizes.push(page.events.length);
      cursor = page.nextCursor ?? undefined;
      if (sizes.length === 1) await service.stranger.api.triggerEvent({ eventType: 'Test' });
    } while (cursor !== undefined);
    expect(seen).toEqual(ids.toReversed());
    expect(sizes).toEqual([3, 3, 2]);
  });
});

describe('GET /v1/notifications', () => {
  test('finds by status, webhook and event, together and alone', async () => {
    const found = async (query: object) => (await service.api.notifications(query)).notifications.map((n) => n.eventId);
    const first = ids.slice(0, 4).toReversed();
    expect(await found({ webhook: webhookId })).toEqual(first);
    expect(await found({ status: 'pending' })).toEqual(first);
    expect(await found({ status: 'delivered' })).toEqual([]);
    expect(await found({ event: ids[2] })).toEqual([ids[2]]);
    expect(await found({ event: ids[2], webhook: webhookId, status: 'pending', type: 'test' })).toEqual([ids[2]]);
    expect(await found({ event: ids[2], type: 'Subscribe' })).toEqual([]);
    expect(await found({ event: ids[7] })).toEqual([]);
  });

  test('goes through all pages with its cursors', async () => {
    const one = await service.api.notifications({ limit: 3 });
    const two = await service.api.notifications({ limit: 3, cursor: one.nextCursor ?? '' });
    expect([one.notifications.length, two.notifications.length, two.nextCursor]).toEqual([3, 1, null]);
    const seen = [...one.notifications, ...two.notifications].map(({ eventId }) => eventId);
    expect(seen).toEqual(ids.slice(0, 4).toReversed());
  });

  test('tells where a notification goes now, and finds the delivered ones', async () => {
    const receiver = await startReceiver();
    const hook = await service.stranger.api.createWebhook({ url: receiver.url });
    onTestFinished(() => service.stranger.api.removeWebhook(hook.id));
    const { event } = await service.stranger.api.triggerEvent({ eventType: 'Test' });
    await finished(service.stranger.api, { event: event.eventId, status: 'delivered' });
    await service.stranger.api.changeWebhook(hook.id, { url: 'https://example.com/new', enabled: false });
    const { notifications } = await service.stranger.api.notifications({ status: 'delivered' });
    expect(notifications).toMatchObject([{ eventId: event.eventId, webhookUrl: 'https://example.com/new' }]);
  });
});

const NOTIFICATION_NAMES = [
  ['webhook=whk_nobody', 404, 'NotFound'],
  ['event=nothing', 404, 'NotFound'],
] as const;

describe.each(['/v1/events', '/v1/notifications'])('GET %s', (path) => {
  test.each([
    'limit=0',
    'limit=1001',
    'limit=-1',
    'limit=1.5',
    'limit=many',
    'cursor=nonsense',
    'cursor=',
    `cursor=${Buffer.from('1e3').toString('base64url')}`,
    'since=yesterday',
    'since=2026-13-45T00:00:00Z',
    'since=2016-12-31T23:59:60Z',
    'until=5',
    'since=2026-02-30T00:00:00Z',
    'since=2026-11-23T12:00:00Z&until=2026-11-23T11:59:59Z',
  ])('refuses %s', async (query) => {
    expect(await service.call('GET', `${path}?${query}`)).toMatchObject({
      status: 400,
      json: { Code: 'InvalidRequest', Reason: expect.stringMatching(/\.$/) },
    });
  });

  test.each([
    ['type=foo', 400, 'UnknownEventType'],
    ['type=Subscribe,Unsubscribe', 400, 'UnknownEventType'],
    ['calendar=other', 404, 'NotFound'],
    ...(path === '/v1/events' ? [] : NOTIFICATION_NAMES),
  ] as const)('refuses %s, which names what there is not', async (query, status, Code) => {
    for (const end of path === '/v1/events' ? [''] : ['', '/stats', '/stream']) {
      const Reason = expect.stringMatching(/\.$/);
      expect(await service.call('GET', `${path}${end}?${query}`)).toMatchObject({ status, json: { Code, Reason } });
    }
  });

  test('refuses to be read without a token', async () => {
    expect(await service.call('GET', path, { headers: { authorization: 'Bearer nobody' } })).toMatchObject({
      status: 401,
      json: { Code: 'Unauthorized' },
    });
  });
});

test('GET /v1/notifications/stats refuses a leap second, which has no number', async () => {
  expect(await service.call('GET', '/v1/notifications/stats?until=2016-12-31T23:59:60Z')).toMatchObject({
    status: 400,
    json: { Code: 'InvalidRequest', Reason: '“2016-12-31T23:59:60Z” is not a time that is known here.' },
  });
});

test('a webhook that was removed is one whose history can be asked for', async () => {
  const { id } = await service.stranger.api.createWebhook({ url: 'https://example.com/removed', eventTypes: ['Test'] });
  await service.stranger.api.removeWebhook(id);
  expect((await service.stranger.api.notifications({ webhook: id })).notifications).toEqual([]);
});

test.each(['until=2030-01-01T00:00:00Z', 'limit=3', 'cursor=MQ'])(
  'a stream has no end, and refuses %s',
  async (query) => {
    expect(await service.call('GET', `/v1/notifications/stream?${query}`)).toMatchObject({
      status: 400,
      json: { Code: 'InvalidRequest', Reason: expect.stringContaining(query.split('=')[0] ?? '') },
    });
  },
);

test('GET /v1/notifications refuses a status that is none', async () => {
  expect(await service.call('GET', '/v1/notifications?status=lost')).toMatchObject({
    status: 400,
    json: { Code: 'InvalidRequest' },
  });
});

test('what has no such id is answered with 404', async () => {
  for (const path of ['/v1/events/nobody', '/v1/notifications/ntf_nobody', '/v1/listeners/lst_nobody']) {
    expect(await service.call('GET', path)).toMatchObject({ status: 404, json: { Code: 'NotFound' } });
  }
});
