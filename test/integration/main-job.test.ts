import { Webhook } from 'standardwebhooks';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook } from '../../src/api/contract.js';
import { finished } from '../helpers/history.js';
import { startReceiver, type Receiver, type ReceivedRequest } from '../helpers/receiver.js';
import { CALENDAR, startTestService, VERSION, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;
let receiver: Receiver;
let webhook: CreatedWebhook;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

beforeEach(async () => {
  receiver = await startReceiver();
  webhook = await service.api.createWebhook({ url: `${receiver.url}/hooks?from=calreply` });
  onTestFinished(() => service.api.removeWebhook(webhook.id));
});

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const subscribe = (userName: string, more: object = {}) =>
  service.api.subscribe(service.account.code, CALENDAR, { userName, ...more });

async function received(count: number): Promise<ReceivedRequest> {
  await waitUntil(`${count} requests came`, () => receiver.requests.length >= count);
  const request = receiver.requests[count - 1];
  if (!request) throw new Error('no request');
  return request;
}

const eventOf = ({ body }: ReceivedRequest) => JSON.parse(body.toString('utf8')) as Record<string, unknown>;

test('a subscribe call is POSTed to the webhook as an Event Object with exactly three root fields', async () => {
  const { tags, id: calendarId } = (await service.api.account()).calendars[0] ?? { tags: [], id: '' };
  const answer = await subscribe('dana', {
    emailAddress: 'dana@example.com',
    subscriberId: 'crm-17',
    calendarTags: [{ internalId: tags[0]?.id }, { externalId: 'play-offs' }, { internalId: 'unknown' }],
    channelFinderZipCode: '94110',
    marketingAllowed: true,
    additionalOptIn: false,
    timeZoneId: 'Eastern Standard Time',
    networkDevice: 'Desktop',
    utmSource: 'newsletter',
    utmCampaign: 'season-opener',
    ipAddress: '203.0.113.7',
    subscriptionMethod: 1,
    redirectTo: 'https://example.com/done',
  });

  expect(answer).toEqual({
    subscriptionId: expect.stringMatching(GUID),
    subscriptionUrl: expect.stringContaining(`/webcal/${answer.subscriptionId}`),
    username: 'dana',
    password: null,
    isNewSubscription: true,
    subscriberId: 'crm-17',
    redirectTo: 'https://example.com/done',
  });
  const request = await received(1);
  expect(request).toMatchObject({ method: 'POST', url: '/hooks?from=calreply' });
  expect(Object.keys(eventOf(request))).toEqual(['eventId', 'eventType', 'eventDetails']);
  expect(eventOf(request)).toEqual({
    eventId: expect.stringMatching(GUID),
    eventType: 'Subscribe',
    eventDetails: {
      actionType: expect.any(String),
      accountId: service.account.id,
      accountName: service.account.name,
      accountCode: service.account.code,
      calendarSubscriptionId: answer.subscriptionId,
      subscription: {
        calendarSubscriptionId: answer.subscriptionId,
        calendarId,
        calendarTitle: 'My Sports Calendar',
        calendarCode: CALENDAR,
        subscriptionMethod: 'Google',
        calendarTags: [
          { tagId: tags[0]?.id, tagName: 'Home games' },
          { tagId: tags[2]?.id, tagName: 'Play-offs' },
        ],
        subscriberId: 'crm-17',
        subscriberEmail: 'dana@example.com',
        marketingAllowed: true,
        additionalOptIn: false,
        timezone: 'Eastern Standard Time',
        zipCode: '94110',
        deviceName: 'Desktop',
        utmSource: 'newsletter',
        utmCampaign: 'season-opener',
        remoteIpAddress: '203.0.113.7',
        createdDateTimeUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    },
  });
});

test('the headers are those of Standard Webhooks and our own, and the public package accepts the signature', async () => {
  await subscribe('eve');
  const { headers, body } = await received(1);
  const event = JSON.parse(body.toString('utf8')) as { eventId: string };
  const [notification] = await finished(service.api, { event: event.eventId });

  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': `CalReply-Webhooks/${VERSION}`,
    'webhook-id': event.eventId,
    'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
    'calreply-notification-id': notification?.id,
    'calreply-attempt': '1',
    'calreply-event-type': 'Subscribe',
  });
  expect(headers).not.toHaveProperty('calreply-test');

  const signed = headers as Record<string, string>;
  expect(new Webhook(webhook.secret).verify(body, signed)).toEqual(event);
  expect(() => new Webhook(webhook.secret).verify(`${body.toString()} `, signed)).toThrow();
  expect(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, signed)).toThrow();
});

test('an unsubscribe call sends what was removed, and when, in CalReply’s own format', async () => {
  const { subscriptionId } = await subscribe('finn', {
    emailAddress: 'finn@example.com',
    userAgent: 'Mozilla/5.0',
    ipAddress: '203.0.113.9',
  });
  await service.api.unsubscribe(service.account.code, CALENDAR, {
    id: subscriptionId.toUpperCase(),
    unsubscribeReasonText: 'The event has come to an end',
  });

  expect(eventOf(await received(2))).toEqual({
    eventId: expect.stringMatching(GUID),
    eventType: 'Unsubscribe',
    eventDetails: {
      actionType: expect.any(String),
      accountId: service.account.id,
      accountName: service.account.name,
      accountCode: service.account.code,
      calendarSubscriptionId: subscriptionId,
      subscription: {
        calendarSubscriptionId: subscriptionId,
        calendarId: expect.stringMatching(GUID),
        calendarTitle: 'My Sports Calendar',
        calendarCode: CALENDAR,
        subscriptionMethod: 'Webcal',
        removedDateTimeUtc: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
        unsubscribeReasonText: 'The event has come to an end',
        remoteIpAddress: '203.0.113.9',
        userAgent: 'Mozilla/5.0',
        subscriberId: 'finn@example.com',
        subscriberEmail: 'finn@example.com',
      },
    },
  });
});

test('subscribing or unsubscribing again changes nothing and tells nobody', async () => {
  const first = await subscribe('gina');
  const second = await subscribe('gina');
  expect(second).toMatchObject({ subscriptionId: first.subscriptionId, isNewSubscription: false });

  const unsubscribe = { method: 'DELETE', path: `/v1/subscription/${service.account.code}/${CALENDAR}` };
  const json = { id: first.subscriptionId };
  expect(await service.call(unsubscribe.method, unsubscribe.path, { json })).toMatchObject({ status: 202, text: '' });
  expect(await service.call(unsubscribe.method, unsubscribe.path, { json })).toMatchObject({ status: 202, text: '' });
  await finished(service.api, { subscription: first.subscriptionId }, 2);

  expect(receiver.requests.map(({ headers }) => headers['calreply-event-type'])).toEqual(['Subscribe', 'Unsubscribe']);
});

test('who unsubscribed may subscribe again, by user name, and gets a new subscription', async () => {
  const first = await subscribe('hal');
  await service.api.unsubscribe(service.account.code, CALENDAR, { userName: 'hal' });
  const second = await subscribe('hal');
  expect(second.isNewSubscription).toBe(true);
  expect(second.subscriptionId).not.toBe(first.subscriptionId);
});

test('what was sent stands in the notification history with its attempts', async () => {
  const { subscriptionId } = await subscribe('ivy');
  await service.api.unsubscribe(service.account.code, CALENDAR, { id: subscriptionId });
  const history = await finished(service.api, { subscription: subscriptionId }, 2);

  expect(history.map(({ eventType }) => eventType)).toEqual(['Subscribe', 'Unsubscribe']);
  for (const notification of history) {
    expect(notification).toMatchObject({
      status: 'delivered',
      webhookId: webhook.id,
      webhookUrl: webhook.url,
      attemptCount: 1,
      lastStatus: 200,
      lastError: null,
      isTest: false,
      subscriptionId,
      calendarCode: CALENDAR,
      nextAttemptAt: null,
      attempts: [{ number: 1, status: 200, error: null, answer: 'ok', location: null }],
    });
    expect(Date.parse(notification.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(notification.createdAt));
  }
});

test('a triggered event carries the test flag in a header and in the history, and nowhere in the body', async () => {
  const { event, notifications } = await service.api.triggerEvent({ eventType: 'subscription-event-added' });
  const request = await received(1);
  expect(request.headers).toMatchObject({ 'calreply-test': 'true', 'calreply-event-type': 'SubscriptionEventAdded' });
  expect(eventOf(request)).toEqual(event);
  expect(Object.keys(eventOf(request))).toEqual(['eventId', 'eventType', 'eventDetails']);
  expect(notifications).toMatchObject([{ isTest: true, status: 'pending' }]);
  expect(await finished(service.api, { event: event.eventId })).toMatchObject([{ isTest: true, status: 'delivered' }]);
});

test('only webhooks that are on and want the type are told', async () => {
  const others = await startReceiver();
  const off = await service.api.createWebhook({ url: `${others.url}/off`, enabled: false });
  const choosy = await service.api.createWebhook({ url: `${others.url}/choosy`, eventTypes: ['Unsubscribe'] });
  onTestFinished(() => service.api.removeWebhook(off.id));
  onTestFinished(() => service.api.removeWebhook(choosy.id));

  const { subscriptionId } = await subscribe('jo');
  await service.api.unsubscribe(service.account.code, CALENDAR, { id: subscriptionId });
  const history = await finished(service.api, { subscription: subscriptionId }, 3);

  const told = history.map(({ eventType, webhookId }) => `${eventType} ${webhookId}`);
  expect(told.toSorted()).toEqual(
    [`Subscribe ${webhook.id}`, `Unsubscribe ${webhook.id}`, `Unsubscribe ${choosy.id}`].toSorted(),
  );
  expect(others.requests.map(({ url }) => url)).toEqual(['/choosy']);
});
