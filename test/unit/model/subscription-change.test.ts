import { expect, test } from 'vitest';
import { sampleEvent } from '../../../src/model/event-samples.js';
import type { EventObject } from '../../../src/model/event.js';
import { EVENT_TYPES } from '../../../src/model/event-types.js';
import { subscriptionChange } from '../../../src/model/subscription-change.js';
import { account, calendar } from '../../helpers/sample-account.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');

function about(eventType: string, subscription: Record<string, unknown>): EventObject {
  return { eventId: 'e', eventType, eventDetails: { subscription: { calendarSubscriptionId: 's', ...subscription } } };
}

test('the events that begin, end and change a subscription say so, and no others', () => {
  const kinds = EVENT_TYPES.map((type) => {
    const event = sampleEvent({ type, account, calendar, seed: 1, now: NOW });
    return subscriptionChange(event, NOW)?.kind;
  });
  expect(kinds.filter((kind) => kind !== undefined)).toEqual(['subscribed', 'unsubscribed', 'updated']);
});

test('everything a sample tells of a subscriber is read', () => {
  const event = sampleEvent({ type: 'Subscribe', account, calendar, seed: 3, now: NOW });
  const facts = subscriptionChange(event, NOW)?.facts;
  expect(facts).toMatchObject({ calendarCode: 'my-sports-calendar', countryCode: 'US' });
  expect(Object.values(facts ?? {}).filter((fact) => fact === null)).toEqual([]);
});

test.each([
  ['its own time, with a zone', 'Subscribe', { createdDateTimeUtc: '2026-05-06T10:00:00Z' }, '2026-05-06T10:00:00Z'],
  [
    'CalReply’s without a zone',
    'Unsubscribe',
    { removedDateTimeUtc: '2020-05-06 01:18:49.755190' },
    '2020-05-06T01:18:49.755Z',
  ],
  [
    'when it was accepted, for an update',
    'SubscriptionDetailsUpdate',
    { createdDateTimeUtc: '2026-05-06T10:00:00Z' },
    undefined,
  ],
  ['when it was accepted, for a time that is none', 'Subscribe', { createdDateTimeUtc: 'then' }, undefined],
  [
    'when it was accepted, for a year that cannot be',
    'Subscribe',
    { createdDateTimeUtc: '1970-01-01T00:00:00Z' },
    undefined,
  ],
  [
    'when it was accepted, for a time far ahead',
    'Subscribe',
    { createdDateTimeUtc: '2027-01-01T00:00:00Z' },
    undefined,
  ],
])('an event happened at %s', (_, eventType, subscription, time) => {
  expect(subscriptionChange(about(eventType, subscription), NOW)?.at).toBe(time === undefined ? NOW : Date.parse(time));
});

test('what is of another kind than it should be is not known', () => {
  const odd = { subscriberEmail: 7, zipCode: '', marketingAllowed: 'yes', calendarTags: 'Hawks', utmSource: null };
  const facts = subscriptionChange(about('Subscribe', odd), NOW)?.facts ?? {};
  expect(Object.values(facts).filter((fact) => fact !== null)).toEqual([]);
});

test('tags are known by their names, else their ids, each once and in order', () => {
  const calendarTags = [{ tagName: 'Rovers' }, { tagId: 't1' }, 'Hawks', { tagName: 'Rovers' }, {}, 7];
  expect(subscriptionChange(about('Subscribe', { calendarTags }), NOW)?.facts.tags).toEqual(['Hawks', 'Rovers', 't1']);
});

test('an event that names no subscription changes none', () => {
  expect(subscriptionChange({ eventId: 'e', eventType: 'Subscribe', eventDetails: {} }, NOW)).toBeUndefined();
});
