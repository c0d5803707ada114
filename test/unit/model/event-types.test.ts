import { describe, expect, test } from 'vitest';
import { EVENT_TYPES, kebabEventType, parseEventType } from '../../../src/model/event-types.js';

/** Section 4 of the protocol notes, with the spelling of the command line. */
const SPELLINGS = [
  ['Subscribe', 'subscribe'],
  ['Unsubscribe', 'unsubscribe'],
  ['SubscriptionDetailsUpdated', 'subscription-details-updated'],
  ['SubscriptionEventAdded', 'subscription-event-added'],
  ['SubscriptionEventUpdated', 'subscription-event-updated'],
  ['SubscriptionEventRemoved', 'subscription-event-removed'],
  ['SubscriptionEventDeleted', 'subscription-event-deleted'],
  ['Test', 'test'],
] as const;

test('there are the eight types of version 2', () => {
  expect([...EVENT_TYPES]).toEqual(SPELLINGS.map(([type]) => type));
});

describe.each(SPELLINGS)('%s', (type, kebab) => {
  test(`is ${kebab} on the command line`, () => {
    expect(kebabEventType(type)).toBe(kebab);
  });

  test('is understood in both spellings and any case', () => {
    for (const text of [type, kebab, type.toUpperCase(), kebab.toUpperCase()]) {
      expect(parseEventType(text), text).toBe(type);
    }
  });
});

test('the spelling of CalReply’s own sample is understood', () => {
  expect(parseEventType('SubscriptionDetailsUpdate')).toBe('SubscriptionDetailsUpdated');
  expect(parseEventType('subscription-details-update')).toBe('SubscriptionDetailsUpdated');
});

test.each(['', ' ', 'subscribed', 'Subscribe;', 'subscription', 'updated', '__proto__', 'toString', '*'])(
  '“%s” is no type',
  (text) => {
    expect(parseEventType(text)).toBeUndefined();
  },
);
