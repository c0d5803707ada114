import { beforeAll, describe, expect, test } from 'vitest';
import type { TriggeredEvent } from '../../src/api/contract.js';
import { awayWebhook } from '../helpers/away-webhook.js';
import { EVENT_TYPES } from '../../src/model/event-types.js';
import { newGuid } from '../../src/util/ids.js';
import { CALENDAR, startTestService, type TestService } from '../helpers/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const failure = (status: number, code: string) => ({
  status,
  json: { Code: code, Reason: expect.stringMatching(/\.$/) },
});

const trigger = (json: unknown) => service.call('POST', '/v1/events', { json });

describe('POST /v1/events', () => {
  test.each(EVENT_TYPES)('makes a sample of %s', async (eventType) => {
    const answer = await trigger({ eventType });
    const { event } = answer.json as TriggeredEvent;
    expect(answer).toMatchObject({ status: 201, headers: { location: `/v1/events/${event.eventId}` } });
    expect(event).toMatchObject({ eventType, eventDetails: { accountCode: service.account.code } });
    expect(await service.api.event(event.eventId)).toMatchObject({
      eventType,
      source: 'trigger',
      isTest: true,
      event,
      request: null,
    });
  });

  test('makes the same sample for the same seed, but for the event’s own id and time', async () => {
    const ask = { eventType: 'unsubscribe', seed: 7, set: { 'subscription.removedDateTimeUtc': 'then' } };
    const [one, other] = [await service.api.triggerEvent(ask), await service.api.triggerEvent(ask)];
    expect(one.event.eventDetails).toEqual(other.event.eventDetails);
    expect(one.event.eventId).not.toBe(other.event.eventId);
  });

  test('replaces what is set, and says what there is when it is not there', async () => {
    const { event } = await service.api.triggerEvent({
      eventType: 'Subscribe',
      set: { 'subscription.zipCode': '10001', 'subscription.marketingAllowed': 'false' },
    });
    expect(event.eventDetails).toMatchObject({ subscription: { zipCode: '10001', marketingAllowed: false } });
    const answer = await trigger({ eventType: 'Subscribe', set: { 'subscription.zip': '1' } });
    expect(answer).toMatchObject(failure(400, 'InvalidRequest'));
    expect(answer.text).toContain('subscription.zipCode');
  });

  test.each(EVENT_TYPES)(
    'refuses to set what a sample of %s does not have, and lists what it has',
    async (eventType) => {
      const answer = await trigger({ eventType, set: { actionType: 'Mine', 'no.such.thing': '1' } });
      expect(answer).toMatchObject(failure(400, 'InvalidRequest'));
      expect(answer.text).toContain('Nothing in this event is called “no.such.thing”. It has: actionType, accountId, ');
      const { event } = await service.api.triggerEvent({ eventType, set: { actionType: 'Mine' } });
      expect(event.eventDetails).toMatchObject({ actionType: 'Mine' });
    },
  );

  test('refuses to set what an Event Object of one’s own does not have, and lists what it has', async () => {
    const event = { eventType: 'Test', eventDetails: { a: [{ b: 1 }] } };
    const answer = await trigger({ event, set: { 'a.1.b': '2' } });
    expect(answer).toMatchObject({
      status: 400,
      json: { Reason: 'Nothing in this event is called “a.1.b”. It has: a.0.b.' },
    });
    const set = await service.api.triggerEvent({ event, set: { 'a.0.b': '2' } });
    expect(set.event.eventDetails).toEqual({ a: [{ b: 2 }] });
  });

  test('goes to the webhooks that are named and to no other, once to each', async () => {
    const [first, second] = [await awayWebhook(service.api, 'first'), await awayWebhook(service.api, 'second')];
    await awayWebhook(service.api, 'third');
    const { notifications } = await service.api.triggerEvent({
      eventType: 'Test',
      to: [second, first, second],
    });
    expect(notifications.map(({ webhookId }) => webhookId)).toEqual([second, first]);
    const answer = await trigger({ eventType: 'Test', to: [first, 'whk_nobody'] });
    expect(answer).toMatchObject(failure(404, 'NotFound'));
    expect(answer.text).toContain('whk_nobody');
  });

  test('is not made for a webhook that is off: nobody would be told', async () => {
    const { id } = await service.api.createWebhook({ url: 'https://example.com/off', enabled: false });
    const { json, status } = await trigger({ eventType: 'Test', to: [id] });
    expect([status, json]).toEqual([
      409,
      { Code: 'Conflict', Reason: `Its webhook ${id} is off; turn it on with: calreply webhooks enable ${id}` },
    ]);
    expect((await service.api.notifications({ webhook: id })).notifications).toEqual([]);
  });

  test('is shown as it would be sent and not made, when that is all that is asked for', async () => {
    const events = async () => (await service.api.events({ limit: 1 })).events[0]?.eventId;
    const before = await events();
    const body = { eventType: 'Subscribe', seed: 7, set: { 'subscription.zipCode': '1' } };
    const { status, json } = await trigger({ ...body, dryRun: true });
    expect(status).toBe(200);
    const { event, notifications } = json as TriggeredEvent;
    expect([event.eventType, event.eventDetails, notifications]).toEqual([
      'Subscribe',
      expect.objectContaining({ subscription: expect.objectContaining({ zipCode: '1' }) }),
      [],
    ]);
    expect(await events()).toBe(before);
    await expect(service.api.event(event.eventId)).rejects.toMatchObject({ code: 'NotFound' });
    expect(await trigger({ ...body, dryRun: true, to: ['whk_nobody'] })).toMatchObject(failure(404, 'NotFound'));
  });

  test('takes a whole Event Object and drops none of its details', async () => {
    const eventId = newGuid();
    const eventDetails = { a: [1, { b: null }], 'odd key': '☃', calendarSubscriptionId: newGuid() };
    const event = { eventId: eventId.toUpperCase(), eventType: 'SubscriptionDetailsUpdate', eventDetails };
    expect(await trigger({ event })).toMatchObject({ status: 201 });
    expect((await service.api.event(eventId)).event).toEqual({
      eventId,
      eventType: 'SubscriptionDetailsUpdated',
      eventDetails,
    });
    expect(await trigger({ event })).toMatchObject(failure(409, 'Conflict'));
  });

  test.each([
    [{}, 'UnknownEventType'],
    [{ eventType: 'Nonsense' }, 'UnknownEventType'],
    [{ event: { eventType: 'Nonsense', eventDetails: {} } }, 'UnknownEventType'],
    [{ eventType: 'Test', event: { eventType: 'Test', eventDetails: {} } }, 'InvalidRequest'],
    [{ event: { eventType: 'Test' } }, 'InvalidRequest'],
    [{ event: { eventType: 'Test', eventDetails: [] } }, 'InvalidRequest'],
    [{ event: { eventId: '7', eventType: 'Test', eventDetails: {} } }, 'InvalidRequest'],
    [{ eventType: 5 }, 'InvalidRequest'],
    [{ eventType: 'Test', seed: 1.5 }, 'InvalidRequest'],
    [{ eventType: 'Test', seed: '1' }, 'InvalidRequest'],
    [{ eventType: 'Test', set: { message: 5 } }, 'InvalidRequest'],
    [{ eventType: 'Test', nonsense: true }, 'InvalidRequest'],
    [{ eventType: 'Test', to: [] }, 'InvalidRequest'],
    [{ eventType: 'Test', to: 'whk_1' }, 'InvalidRequest'],
    [{ eventType: 'Test', to: Array(101).fill('whk_1') }, 'InvalidRequest'],
  ])('refuses %j', async (json, code) => {
    expect(await trigger(json)).toMatchObject(failure(400, code));
  });

  test('refuses an Event Object that grows over 512 kB when it is written out', async () => {
    const numbers = Array.from({ length: 50_000 }, () => '1e20').join();
    const body = `{"event":{"eventType":"Test","eventDetails":{"numbers":[${numbers}]}}}`;
    expect(await service.call('POST', '/v1/events', { body })).toMatchObject(failure(413, 'TooLarge'));
  });

  test('knows no calendar and no webhook that are not the account’s', async () => {
    expect(await trigger({ eventType: 'Subscribe', calendarCode: 'other' })).toMatchObject(failure(404, 'NotFound'));
    expect(await trigger({ eventType: 'Subscribe', to: ['whk_nobody'] })).toMatchObject(failure(404, 'NotFound'));
  });
});

describe('other accounts', () => {
  test('see none of the account’s events and notifications', async () => {
    const to = [await awayWebhook(service.api)];
    const { event, notifications } = await service.api.triggerEvent({ eventType: 'Test', to });
    const { api } = service.stranger;
    await expect(api.event(event.eventId)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(api.notification(notifications[0]?.id ?? '')).rejects.toMatchObject({ code: 'NotFound' });
    expect(await api.events({})).toEqual({ events: [], nextCursor: null });
    await expect(api.notifications({ event: event.eventId })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(api.notifications({ webhook: to[0] })).rejects.toMatchObject({ code: 'NotFound' });
    expect(await api.notifications({})).toEqual({ notifications: [], nextCursor: null });
  });

  test('cannot subscribe or unsubscribe anybody to its calendars, by any mix of codes', async () => {
    const { api } = service.stranger;
    const { subscriptionId } = await service.api.subscribe('your-account', CALENDAR, { userName: 'dana' });
    for (const [account, calendar] of [
      ['your-account', CALENDAR],
      ['other-account', CALENDAR],
      ['your-account', 'other'],
    ] as const) {
      await expect(api.subscribe(account, calendar, {})).rejects.toMatchObject({ code: 'NotFound' });
      await expect(api.unsubscribe(account, calendar, { id: subscriptionId })).rejects.toMatchObject({
        code: 'NotFound',
      });
    }

    await expect(api.unsubscribe('other-account', 'other', { id: subscriptionId })).rejects.toMatchObject({
      code: 'NotFound',
    });
    await expect(api.unsubscribe('other-account', 'other', { userName: 'dana' })).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});

describe('CalReply’s own calls', () => {
  const path = `/v2/subscribe/your-account/${CALENDAR}`;

  test.each([
    [{ emailAddress: 5 }],
    [{ marketingAllowed: 'true' }],
    [{ calendarTags: 'home-games' }],
    [{ calendarTags: [5] }],
    [{ subscriptionMethod: 7 }],
    [{ subscriptionMethod: 'Carrier pigeon' }],
    [{ utmSource: 'x'.repeat(5000) }],
    [{ userName: 'x'.repeat(257) }],
  ])('refuse %j', async (json) => {
    expect(await service.call('POST', path, { json })).toMatchObject(failure(400, 'InvalidRequest'));
  });

  test('take every field that CalReply documents, with or without a use for it', async () => {
    const documented = {
      redirectUrl: 'https://example.com',
      authCode: 'x',
      allowPromotionalContent: true,
      eventReminderMinutes: null,
      isEventReminderDisabled: false,
      channelFinderLineUpId: 'x',
      sourceId: null,
      stationNum: null,
      requestEventIds: ['1'],
      externalEventIds: ['2'],
      clickId: 'x',
      events: [
        { eventId: '1', title: 'x', start: '2026-12-24', timezone: 'UTC', allDayEvent: true, notifyBefore: null },
      ],
      subscriptionMethod: 0,
      tagId: null,
      calendarTags: null,
      marketingAllowed: null,
    };
    expect(await service.call('POST', path, { json: documented })).toMatchObject({
      status: 200,
      json: { isNewSubscription: true, password: null, redirectTo: null, subscriberId: null },
    });
  });

  test('ask whose subscription ends, and know only subscriptions of that calendar', async () => {
    const unsubscribe = `/v1/subscription/your-account/${CALENDAR}`;
    expect(await service.call('DELETE', unsubscribe, { json: {} })).toMatchObject(failure(400, 'InvalidRequest'));
    expect(await service.call('DELETE', unsubscribe)).toMatchObject(failure(400, 'InvalidRequest'));
    for (const json of [{ id: newGuid() }, { id: 'nonsense' }, { userName: 'nobody' }]) {
      expect(await service.call('DELETE', unsubscribe, { json })).toMatchObject(failure(404, 'NotFound'));
    }
  });

  test.each([{ userName: '' }, { userName: '', subscriberId: '', emailAddress: '' }])(
    'take two people with %j for two, since an empty name is none',
    async (json) => {
      const answers = await Promise.all([1, 2].map(() => service.call('POST', path, { json })));
      expect(answers.map((answer) => answer.json)).toMatchObject([
        { isNewSubscription: true, username: expect.stringMatching(/./), subscriberId: null },
        { isNewSubscription: true, username: expect.stringMatching(/./), subscriberId: null },
      ]);
    },
  );

  test('make one subscription of twenty calls for one user at the same moment', async () => {
    const calls = Array.from({ length: 20 }, () =>
      service.api.subscribe('your-account', CALENDAR, { userName: 'rush' }),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ subscriptionId }) => subscriptionId)).size).toBe(1);
    expect(answers.filter(({ isNewSubscription }) => isNewSubscription)).toHaveLength(1);
    const { events } = await service.api.events({ subscription: answers[0]?.subscriptionId });
    expect(events).toHaveLength(1);
  });
});
