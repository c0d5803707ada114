import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { CalendarEventResource, SubscriptionResource } from '../../src/api/contract.js';
import { newGuid } from '../../src/util/ids.js';
import { startReceiver, type Receiver } from '../helpers/receiver.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

/* CalReply's own calls beside subscribing: what they answer, and the events they make. */

let service: TestService;
let receiver: Receiver;
let code: string;

beforeAll(async () => {
  service = await startTestService();
  code = service.account.code;
  return () => service.end();
});

beforeEach(async () => {
  receiver = await startReceiver();
  const webhook = await service.api.createWebhook({ url: receiver.url });
  onTestFinished(() => service.api.removeWebhook(webhook.id));
});

interface Sent {
  readonly eventType: string;
  readonly eventDetails: Readonly<Record<string, unknown>>;
}

/** The events that were sent, once there are so many. */
async function sent(count: number): Promise<readonly Sent[]> {
  await waitUntil(`${count} events came`, () => receiver.requests.length >= count);
  expect(receiver.requests).toHaveLength(count);
  return receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')) as Sent);
}

const subscribe = async (more: object = {}) =>
  (await service.api.subscribe(code, CALENDAR, { userName: newGuid(), ...more })).subscriptionId;

const game = { eventId: '', title: 'Hawks v Rovers', start: '2026-12-24T19:00:00', timezone: 'Eastern Standard Time' };
const newGame = (more: object = {}) => ({ ...game, eventId: newGuid(), ...more });
const add = (event: object, ...subscriptionIds: readonly string[]) =>
  service.call('POST', `/v1/subscriptionevent/${code}`, { json: { event, subscriptionIds } });
const read = async (id: string) => (await service.call('GET', `/v1/subscription/${id}`)).json as SubscriptionResource;

describe('reading a subscription', () => {
  test('tells what is known, with the names of CalReply’s call', async () => {
    const [tag] = (await service.api.account()).calendars[0]?.tags ?? [];
    const id = await subscribe({
      ...{
        emailAddress: 'dana@example.com',
        marketingAllowed: true,
        channelFinderZipCode: '94110',
        subscriptionMethod: 0,
      },
      ...{ calendarTags: [{ internalId: tag?.id }], providerName: 'Cable One', eventReminderMinutes: 30 },
    });
    expect(await read(id)).toMatchObject({
      subscriptionId: id,
      calendar: { code: CALENDAR, name: 'My Sports Calendar', image: null },
      tags: [{ id: tag?.id, name: tag?.name }],
      ...{ subscriptionType: 'WebCal', emailAddress: 'dana@example.com', channelFinderZipCode: '94110' },
      ...{ marketingAllowed: true, additionalOptIn: null, providerName: 'Cable One', eventReminderMinutes: 30 },
      ...{ isActive: true, deactivatedDate: null, events: [], eventsVisibleToSubscription: [] },
    });
  });

  test('of a user name gives all, also those that ended', async () => {
    const userName = newGuid();
    const first = await subscribe({ userName });
    await service.api.unsubscribe(code, CALENDAR, { userName });
    const second = await subscribe({ userName });
    const all = await service.api.subscriptionsOf(code, CALENDAR, userName);
    expect(all.map(({ subscriptionId, isActive }) => [subscriptionId, isActive])).toEqual([
      [second, true],
      [first, false],
    ]);
  });

  test.each(['/v1/subscription/nope', `/v1/subscription/your-account/nope/dana`])('%s is not found', async (path) => {
    expect(await service.call('GET', path)).toMatchObject({ status: 404, json: { Code: 'NotFound' } });
  });

  test('of another account is as if it were not there', async () => {
    const id = await subscribe();
    await expect(service.stranger.api.subscription(id)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(service.stranger.api.updateSubscription(id, {})).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('changing a subscription', () => {
  test('keeps what is not named, and tells the webhooks once', async () => {
    const [tag] = (await service.api.account()).calendars[0]?.tags ?? [];
    const id = await subscribe({ emailAddress: 'dana@example.com', marketingAllowed: true, timeZoneId: 'UTC' });
    const change = { marketingAllowed: false, CalendarTags: [{ externalId: tag?.externalId }], timeZoneId: null };
    const changed = await service.api.updateSubscription(id, change);
    expect(changed).toMatchObject({ emailAddress: 'dana@example.com', marketingAllowed: false, timezoneId: null });
    // The same once more changes nothing.
    expect(await service.api.updateSubscription(id, change)).toEqual(changed);
    const [, event] = await sent(2);
    expect(event).toMatchObject({
      eventType: 'SubscriptionDetailsUpdated',
      eventDetails: {
        subscription: { marketingAllowed: false, calendarTags: [{ tagId: tag?.id, tagName: tag?.name }] },
      },
    });
    expect(await read(id)).toEqual(changed);
  });

  test('takes back what null is said of, for webhooks and insights as well', async () => {
    const id = await subscribe({ emailAddress: 'revoke@example.com', marketingAllowed: true });
    const optedIn = async () => {
      const { subscribers } = await service.api.subscribers({ optedIn: true, limit: 1000 });
      return subscribers.some(({ subscriberEmail }) => subscriberEmail === 'revoke@example.com');
    };
    expect(await optedIn()).toBe(true);
    await service.api.updateSubscription(id, { marketingAllowed: null });
    expect(await optedIn()).toBe(false);
    const [, event] = await sent(2);
    expect(event?.eventDetails.subscription).toMatchObject({ marketingAllowed: null });
  });

  test('of two changes at once loses none', async () => {
    const id = await subscribe({ marketingAllowed: true });
    await Promise.all([
      service.api.updateSubscription(id, { marketingAllowed: false }),
      service.api.updateSubscription(id, { timeZoneId: 'UTC' }),
    ]);
    expect(await read(id)).toMatchObject({ marketingAllowed: false, timezoneId: 'UTC' });
  });

  test('that has ended is refused', async () => {
    const id = await subscribe();
    await service.api.unsubscribe(code, CALENDAR, { id });
    await expect(service.api.updateSubscription(id, { marketingAllowed: true })).rejects.toThrow('has ended');
  });
});

describe('personal events', () => {
  test('are given to subscribers, changed, taken from one and from all, and each is told', async () => {
    const [one, other] = [await subscribe(), await subscribe()];
    const event = newGame({ notifyBefore: '15', description: 'Gates open at 18:00.' });
    expect((await add(event, one, other.toUpperCase(), one)).status).toBe(202);
    const update = { eventId: event.eventId, title: 'Hawks v Rovers, new time', start: '2026-12-24T20:00:00' };
    expect(
      (await service.call('POST', `/v1/subscriptionevent/${code}/update`, { json: { event: update } })).status,
    ).toBe(202);
    expect((await read(one)).eventsVisibleToSubscription).toMatchObject([
      {
        ...{ title: 'Hawks v Rovers, new time', subscriptionEventId: event.eventId, calendarEventId: null },
        ...{ timezone: 'Eastern Standard Time', timezoneIanaId: 'America/New_York', reminderMinutes: 15 },
        ...{ startDateTime: '2026-12-24T20:00:00', startDateTimeUtc: '2026-12-25T01:00:00.000Z' },
      },
    ]);
    const path = `/v2/subscription/${code}/${other}/subscriptionevent/${event.eventId}`;
    expect((await service.call('DELETE', path)).status).toBe(202);
    expect((await service.call('DELETE', path)).status).toBe(404);
    expect((await service.call('DELETE', `/v1/subscriptionevent/${code}/${event.eventId}`)).status).toBe(202);
    expect((await read(one)).eventsVisibleToSubscription).toEqual([]);
    const events = await sent(7);
    // Only what is about one subscription comes in its order.
    const typesOf = (id: string | undefined) =>
      events.filter(({ eventDetails }) => eventDetails.calendarSubscriptionId === id).map(({ eventType }) => eventType);
    expect(typesOf(one)).toEqual(['Subscribe', 'SubscriptionEventAdded']);
    expect(typesOf(other)).toEqual(['Subscribe', 'SubscriptionEventAdded', 'SubscriptionEventRemoved']);
    expect(typesOf(undefined).sort()).toEqual(['SubscriptionEventDeleted', 'SubscriptionEventUpdated']);
    expect(events.find(({ eventType }) => eventType === 'SubscriptionEventAdded')?.eventDetails).toMatchObject({
      subscription: { calendarCode: CALENDAR },
      subscriptionEvent: {
        ...{ eventId: event.eventId, title: 'Hawks v Rovers', location: null, description: 'Gates open at 18:00.' },
        ...{
          start: '2026-12-24T19:00:00',
          end: null,
          timezone: 'Eastern Standard Time',
          allDayEvent: false,
          notifyBefore: 15,
        },
      },
    });
  });

  test('are changed by a flat body as by a wrapped one, which has to say which it is', async () => {
    const [id, event] = [await subscribe(), newGame()];
    await add(event, id);
    const path = `/v1/subscriptionevent/${code}/update`;
    const flat = { eventId: event.eventId, location: 'Harbour Park', timezone: 'Pacific Standard Time' };
    expect((await service.call('POST', path, { json: flat })).status).toBe(202);
    expect((await read(id)).eventsVisibleToSubscription).toMatchObject([
      { title: event.title, location: 'Harbour Park', timezoneIanaId: 'America/Los_Angeles' },
    ]);
    expect(await service.call('POST', path, { json: { title: 'x' } })).toMatchObject({ status: 400 });
    expect(await service.call('POST', path, { json: { eventId: newGuid() } })).toMatchObject({ status: 404 });
  });

  test('may come along with a new subscription', async () => {
    const event = newGame();
    const id = await subscribe({ events: [event] });
    expect((await sent(2)).map(({ eventType }) => eventType)).toEqual(['Subscribe', 'SubscriptionEventAdded']);
    expect((await read(id)).eventsVisibleToSubscription).toHaveLength(1);
  });

  test('are given to whoever has them not yet, and nobody else is told', async () => {
    const [one, other] = [await subscribe(), await subscribe()];
    const event = newGame();
    await add(event, one);
    await add(event, one, other);
    expect((await sent(4)).filter(({ eventType }) => eventType === 'SubscriptionEventAdded')).toHaveLength(2);
  });

  test.each([
    ['a zone that there is not', { timezone: 'Mars Standard Time' }, 400, 'is not a time zone'],
    ['a day that there is not', { start: '2026-13-45T19:00:00' }, 400, 'is not a time'],
    ['an end before its start', { end: '2026-12-24T18:00:00' }, 400, 'end before that'],
    ['a year that no calendar has', { start: '0050-01-01T19:00:00' }, 400, 'is not a time'],
    ['a day that its month has not', { start: '2026-02-30T19:00:00' }, 400, 'is not a time'],
    ['no title', { title: '' }, 400, 'title'],
  ])('with %s are refused, and nothing is kept', async (_, wrong, status, words) => {
    const id = await subscribe();
    const event = newGame(wrong);
    const answer = await add(event, id);
    expect(answer).toMatchObject({ status, json: { Reason: expect.stringContaining(words) as string } });
    expect((await service.call('DELETE', `/v1/subscriptionevent/${code}/${event.eventId}`)).status).toBe(404);
  });

  test('of which one subscription is not there are given to nobody', async () => {
    const id = await subscribe();
    const event = newGame();
    expect(await add(event, id, newGuid())).toMatchObject({ status: 404 });
    expect((await read(id)).eventsVisibleToSubscription).toEqual([]);
  });

  test('may have ids, and user names, of 256 characters, in any script', async () => {
    const [userName, eventId] = ['名'.repeat(256), '試'.repeat(256)];
    const id = await subscribe({ userName });
    await add(newGame({ eventId }), id);
    expect(await service.api.subscriptionsOf(code, CALENDAR, userName)).toHaveLength(1);
    const path = `/v1/subscriptionevent/${code}/${encodeURIComponent(eventId)}`;
    expect((await service.call('DELETE', path)).status).toBe(202);
  });

  test('of one id are one event: another under it is refused, with how to change it', async () => {
    const [one, event] = [await subscribe(), newGame()];
    await add(event, one);
    expect(await add({ ...event, title: 'Another' }, one)).toMatchObject({
      status: 400,
      json: { Reason: `There is an event ${event.eventId} already, with another title.` },
    });
  });

  test('of another account are as if they were not there', async () => {
    const [id, event] = [await subscribe(), newGame()];
    await add(event, id);
    expect((await service.call('DELETE', `/v1/subscriptionevent/other/${event.eventId}`)).status).toBe(404);
  });
});

describe('the entries of a calendar', () => {
  const path = (id = '') => `/v1/calendar/${code}/${CALENDAR}/events${id && `/${id}`}`;
  const keep = (id: string, more: object = {}) =>
    service.call('PUT', path(id), {
      json: { title: 'Round 7', start: '2026-12-24T19:00:00', timezone: 'Europe/Berlin', ...more },
    });

  test('are kept, listed by their start, and taken away', async () => {
    const [later, sooner] = [newGuid(), newGuid()];
    await keep(later, { start: '2026-12-25T19:00:00' });
    await keep(sooner, { externalId: 'round-7', reminderMinutes: 60 });
    const listed = (await service.call('GET', path())).json as CalendarEventResource[];
    expect(listed.map(({ id }) => id)).toEqual([sooner, later]);
    expect(listed[0]).toMatchObject({
      ...{ title: 'Round 7', externalId: 'round-7', reminderMinutes: 60, calendarTags: [] },
      ...{ timezoneBclId: 'W. Europe Standard Time', timezoneIanaId: 'Europe/Berlin' },
      ...{ startDateTimeLocal: '2026-12-24T19:00:00', startDateTimeUtc: '2026-12-24T18:00:00.000Z' },
      calendarTimezones: [{ bclId: 'W. Europe Standard Time', ianaId: 'Europe/Berlin', offsetMinutes: 60 }],
    });
    const since = '?since=2026-12-25T00:00:00Z';
    expect(((await service.call('GET', path() + since)).json as unknown[]).length).toBe(1);
    for (const id of [sooner, later]) expect((await service.call('DELETE', path(id))).status).toBe(204);
    expect((await service.call('DELETE', path(later))).status).toBe(404);
  });

  test('are shown to whoever has one of their tags or none, and to whoever chose them', async () => {
    const [hawks, rovers] = (await service.api.account()).calendars[0]?.tags ?? [];
    const id = newGuid();
    await keep(id, { tags: [hawks?.name] });
    onTestFinished(async () => void (await service.call('DELETE', path(id))));
    const shown = async (more: object) => (await read(await subscribe(more))).eventsVisibleToSubscription.length;
    expect(await shown({})).toBe(1);
    expect(await shown({ calendarTags: [{ internalId: hawks?.id }] })).toBe(1);
    expect(await shown({ calendarTags: [{ internalId: rovers?.id }] })).toBe(0);
    expect(await shown({ calendarTags: [{ internalId: rovers?.id }], requestEventIds: [id, 'nope'] })).toBe(1);
    const subscriptionId = await subscribe();
    const without = await service.api.updateSubscription(subscriptionId, { excludeRequestEventIds: [id] });
    expect(without.eventsVisibleToSubscription).toEqual([]);
    expect(without.events).toEqual([{ id, name: 'Round 7', externalId: null, isExcluded: true }]);
  });

  test.each([
    [{ tags: ['nope'] }, 'has no tag nope'],
    [{ timezone: 'nope' }, 'is not a time zone'],
    [{ start: 'soon' }, 'start'],
  ])('%j is refused', async (wrong, words) => {
    expect(await keep(newGuid(), wrong)).toMatchObject({
      status: 400,
      json: { Reason: expect.stringContaining(words) as string },
    });
  });
});
