import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventObject } from '../../../src/model/event.js';
import { sampleEvent } from '../../../src/model/event-samples.js';
import { EVENT_TYPES, type EventType } from '../../../src/model/event-types.js';
import { account, calendar } from '../../helpers/open-store.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const sample = (type: EventType, seed = 7): EventObject => sampleEvent({ type, account, calendar, seed, now: NOW });
const details = (type: EventType, seed?: number) =>
  sample(type, seed).eventDetails as Record<string, Record<string, unknown>>;

/* The fields of sections 5.4 and 8 of the protocol notes, in their order. */
const HEAD = ['actionType', 'accountId', 'accountName', 'accountCode'];
const BASIC = ['calendarSubscriptionId', 'calendarId', 'calendarTitle', 'calendarCode', 'subscriptionMethod'];
const DETAILS = [
  ...BASIC,
  ...['calendarTags', 'subscriberId', 'subscriberEmail', 'marketingAllowed', 'additionalOptIn', 'timezone', 'zipCode'],
  ...['deviceName', 'source', 'utmSource', 'utmMedium', 'utmCampaign', 'utmContent', 'urlReferrer', 'remoteIpAddress'],
  ...['countryCode', 'geoCountry', 'userAgent', 'createdDateTimeUtc'],
];
const REMOVED = [
  ...BASIC,
  ...['removedDateTimeUtc', 'unsubscribeReasonText', 'remoteIpAddress', 'countryCode', 'geoCountry', 'userAgent'],
  ...['subscriberId', 'subscriberEmail'],
];
const EVENT_BASIC = ['eventId'];
const EVENT_DETAILS = [
  ...['eventId', 'title', 'location', 'description', 'start', 'end', 'timezone', 'allDayEvent', 'notifyBefore'],
];

const SHAPES: readonly [EventType, { subscription?: string[]; subscriptionEvent?: string[] }][] = [
  ['Subscribe', { subscription: DETAILS }],
  ['Unsubscribe', { subscription: REMOVED }],
  ['SubscriptionDetailsUpdated', { subscription: DETAILS }],
  ['SubscriptionEventAdded', { subscription: BASIC, subscriptionEvent: EVENT_DETAILS }],
  ['SubscriptionEventUpdated', { subscriptionEvent: EVENT_DETAILS }],
  ['SubscriptionEventRemoved', { subscription: BASIC, subscriptionEvent: EVENT_BASIC }],
  ['SubscriptionEventDeleted', { subscriptionEvent: EVENT_BASIC }],
  ['Test', {}],
];

describe.each(SHAPES)('a sample of %s', (type, { subscription, subscriptionEvent }) => {
  test('has exactly the three root fields', () => {
    const event = sample(type);
    expect(Object.keys(event)).toEqual(['eventId', 'eventType', 'eventDetails']);
    expect(event.eventId).toMatch(GUID);
    expect(event.eventType).toBe(type);
  });

  test('says whose account it is', () => {
    expect(Object.keys(details(type)).slice(0, 4)).toEqual(HEAD);
    expect(details(type)).toMatchObject({
      actionType: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
      accountId: account.id,
      accountName: account.name,
      accountCode: account.code,
    });
  });

  test('has its documented objects, with their fields in order', () => {
    const { subscription: person, subscriptionEvent: personal } = details(type);
    expect(person && Object.keys(person)).toEqual(subscription);
    expect(personal && Object.keys(personal)).toEqual(subscriptionEvent);
  });

  test('names its subscription in both places, or in none', () => {
    const { calendarSubscriptionId, subscription: person } = details(type);
    expect(calendarSubscriptionId).toBe(person?.calendarSubscriptionId);
    if (subscription) expect(calendarSubscriptionId).toMatch(GUID);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(JSON.stringify(sample(type))).toBe(JSON.stringify(sample(type)));
    expect(sample(type, 7).eventId).not.toBe(sample(type, 8).eventId);
  });

  test('names nobody who exists', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const text = JSON.stringify(sample(type, seed));
        for (const address of text.match(/[\w.+-]+@[\w.-]+/g) ?? []) expect(address).toMatch(/@example\.com$/);
        for (const ip of text.match(/\b\d+\.\d+\.\d+\.\d+(?=")/g) ?? []) expect(ip).toMatch(/^203\.0\.113\.\d+$/);
      }),
      { numRuns: 50 },
    );
  });
});

test('there is a sample of each type', () => {
  expect(SHAPES.map(([type]) => type)).toEqual([...EVENT_TYPES]);
});

test('Test says that it is one, and nothing of a subscription', () => {
  expect(sample('Test').eventDetails).toEqual({
    actionType: 'TestEvent',
    accountId: account.id,
    accountName: account.name,
    accountCode: account.code,
    message: expect.any(String),
  });
});

test('dates have the forms that CalReply writes', () => {
  expect(details('Unsubscribe').subscription?.removedDateTimeUtc).toBe('2026-11-23 12:00:00.000000');
  expect(details('Subscribe').subscription?.createdDateTimeUtc).toBe('2026-11-23T12:00:00.000Z');
  expect(details('SubscriptionEventAdded').subscriptionEvent?.start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
});

test('tags are some of the calendar’s own, by id and name', () => {
  const known = calendar.tags.map(({ id, name }) => ({ tagId: id, tagName: name }));
  const drawn = Array.from({ length: 30 }, (_, seed) => details('Subscribe', seed).subscription?.calendarTags);
  for (const tags of drawn) expect(known).toEqual(expect.arrayContaining(tags as unknown[]));
  expect(new Set(drawn.map((tags) => JSON.stringify(tags))).size).toBe(4);
});
