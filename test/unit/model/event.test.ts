import { describe, expect, test } from 'vitest';
import { subscribeEvent, unsubscribeEvent } from '../../../src/model/event.js';
import { eventFacts } from '../../../src/model/event-facts.js';
import type { Subscription } from '../../../src/model/subscription.js';
import { account, calendar } from '../../helpers/open-store.js';

const eventId = '0f1d5918-052d-4915-89a7-8cc9c4d33492';
const createdAt = Date.parse('2026-11-23T12:00:00.123Z');

const subscription: Subscription = {
  id: '7ae10174-37fb-4448-8f61-2f86f167009e',
  calendarId: calendar.id,
  username: 'dana',
  method: 'Google',
  actionType: 'SubscriptionViaCalendarPage',
  isActive: true,
  createdAt,
  deactivatedAt: null,
  details: {
    tags: [{ id: '6513319e-d3e1-4497-89ee-b5dcee9a58bc', name: 'Hawks' }],
    subscriberId: 'crm-1',
    emailAddress: 'dana@example.com',
    marketingAllowed: false,
    additionalOptIn: true,
    timezone: 'Eastern Standard Time',
    zipCode: '02139',
    deviceName: 'Mobile',
    source: 'calendar-page',
    utmSource: 'newsletter',
    utmMedium: 'email',
    utmCampaign: 'season-opener',
    utmContent: 'header',
    urlReferrer: 'https://www.example.com/',
    ipAddress: '203.0.113.9',
    countryCode: 'US',
    geoCountry: 'United States',
    userAgent: 'Mozilla/5.0',
  },
};
const bare: Subscription = { ...subscription, details: {} };

const HEAD = {
  accountId: account.id,
  accountName: account.name,
  accountCode: account.code,
  calendarSubscriptionId: subscription.id,
};
const BASIC = {
  calendarSubscriptionId: subscription.id,
  calendarId: calendar.id,
  calendarTitle: calendar.title,
  calendarCode: calendar.code,
  subscriptionMethod: 'Google',
};

describe('Subscribe', () => {
  test('is written as the protocol notes say, field by field in their order', () => {
    const expected = {
      eventId,
      eventType: 'Subscribe',
      eventDetails: {
        actionType: 'SubscriptionViaCalendarPage',
        ...HEAD,
        subscription: {
          ...BASIC,
          calendarTags: [{ tagId: '6513319e-d3e1-4497-89ee-b5dcee9a58bc', tagName: 'Hawks' }],
          subscriberId: 'crm-1',
          subscriberEmail: 'dana@example.com',
          marketingAllowed: false,
          additionalOptIn: true,
          timezone: 'Eastern Standard Time',
          zipCode: '02139',
          deviceName: 'Mobile',
          source: 'calendar-page',
          utmSource: 'newsletter',
          utmMedium: 'email',
          utmCampaign: 'season-opener',
          utmContent: 'header',
          urlReferrer: 'https://www.example.com/',
          remoteIpAddress: '203.0.113.9',
          countryCode: 'US',
          geoCountry: 'United States',
          userAgent: 'Mozilla/5.0',
          createdDateTimeUtc: '2026-11-23T12:00:00.123Z',
        },
      },
    };
    // As text, because toEqual does not look at the order.
    expect(JSON.stringify(subscribeEvent(eventId, account, calendar, subscription), null, 1)).toBe(
      JSON.stringify(expected, null, 1),
    );
  });

  test('leaves out what is not known', () => {
    const event = subscribeEvent(eventId, account, calendar, bare);
    expect(event.eventDetails.subscription).toStrictEqual({ ...BASIC, createdDateTimeUtc: '2026-11-23T12:00:00.123Z' });
  });
});

describe('Unsubscribe', () => {
  const ended = { ...subscription, isActive: false, deactivatedAt: Date.parse('2026-12-01T01:18:49.755Z') };

  test('is written as the protocol notes say, field by field in their order', () => {
    const expected = {
      eventId,
      eventType: 'Unsubscribe',
      eventDetails: {
        actionType: 'UnsubscribeViaWebApi',
        ...HEAD,
        subscription: {
          ...BASIC,
          // A space, six digits, no zone: unlike every other date.
          removedDateTimeUtc: '2026-12-01 01:18:49.755000',
          unsubscribeReasonText: 'The event has come to an end',
          remoteIpAddress: '203.0.113.77',
          countryCode: 'US',
          geoCountry: 'United States',
          userAgent: 'curl/8',
          subscriberId: 'crm-1',
          subscriberEmail: 'dana@example.com',
        },
      },
    };
    const removal = {
      actionType: 'UnsubscribeViaWebApi',
      reason: 'The event has come to an end',
      ipAddress: '203.0.113.77',
      userAgent: 'curl/8',
    };
    expect(JSON.stringify(unsubscribeEvent(eventId, account, calendar, ended, removal), null, 1)).toBe(
      JSON.stringify(expected, null, 1),
    );
  });

  test('leaves out what is not known', () => {
    const unknown = { ...ended, details: {} };
    const event = unsubscribeEvent(eventId, account, calendar, unknown, { actionType: 'UnsubscribeViaWebApi' });
    expect(event.eventDetails.subscription).toStrictEqual({
      ...BASIC,
      removedDateTimeUtc: '2026-12-01 01:18:49.755000',
    });
  });
});

test('the history is headed by what an event says', () => {
  expect(eventFacts(subscribeEvent(eventId, account, calendar, subscription))).toEqual({
    subscriptionId: subscription.id,
    calendarCode: calendar.code,
    calendarTitle: calendar.title,
    subscriberEmail: 'dana@example.com',
  });
});
