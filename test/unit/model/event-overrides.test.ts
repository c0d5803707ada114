import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventObject } from '../../../src/model/event.js';
import { overrideDetails } from '../../../src/model/event-overrides.js';

const event: EventObject = {
  eventId: '0f1d5918-052d-4915-89a7-8cc9c4d33492',
  eventType: 'Subscribe',
  eventDetails: {
    actionType: 'SubscriptionViaCalendarPage',
    subscription: {
      subscriberEmail: 'dana@example.com',
      zipCode: '02139',
      marketingAllowed: true,
      calendarTags: [{ tagId: '1', tagName: 'Hawks' }],
    },
    subscriptionEvent: { notifyBefore: 15, location: null },
  },
};
const before = structuredClone(event);
const PATHS = [
  'actionType',
  'subscription.subscriberEmail',
  'subscription.zipCode',
  'subscription.marketingAllowed',
  'subscription.calendarTags.0.tagId',
  'subscription.calendarTags.0.tagName',
  'subscriptionEvent.notifyBefore',
  'subscriptionEvent.location',
];

describe('an override', () => {
  test.each<[string, string, object]>([
    ['actionType', 'Mine', { actionType: 'Mine' }],
    ['subscription.subscriberEmail', 'sam@example.com', { subscription: { subscriberEmail: 'sam@example.com' } }],
    ['eventDetails.subscription.zipCode', '94110', { subscription: { zipCode: '94110' } }],
    ['subscription.zipCode', '', { subscription: { zipCode: '' } }],
    ['subscription.marketingAllowed', 'false', { subscription: { marketingAllowed: false } }],
    ['subscription.marketingAllowed', 'perhaps', { subscription: { marketingAllowed: 'perhaps' } }],
    ['subscription.calendarTags.0.tagName', 'Rovers', { subscription: { calendarTags: [{ tagName: 'Rovers' }] } }],
    ['subscription.calendarTags', '[]', { subscription: { calendarTags: [] } }],
    ['subscriptionEvent.notifyBefore', '30', { subscriptionEvent: { notifyBefore: 30 } }],
    ['subscriptionEvent.location', 'null', { subscriptionEvent: { location: null } }],
  ])('%s=%s replaces that value alone', (path, value, expected) => {
    const { eventId, eventType, eventDetails } = overrideDetails(event, { [path]: value });
    expect({ eventId, eventType }).toEqual({ eventId: event.eventId, eventType: event.eventType });
    expect(eventDetails).toMatchObject(expected);
    const [last = ''] = path.split('.').slice(-1);
    const without = (details: unknown) =>
      JSON.parse(JSON.stringify(details, (key, inner: unknown) => (key === last ? undefined : inner))) as unknown;
    expect(without(eventDetails)).toEqual(without(event.eventDetails));
  });

  test('leaves the event it was given as it was', () => {
    overrideDetails(event, { 'subscription.zipCode': '1', 'subscription.calendarTags.0.tagId': '2' });
    expect(event).toEqual(before);
  });
});

test.each([
  ['subscription', '5', 'an object'],
  ['subscription', 'null', 'an object'],
  ['subscription', '[]', 'an object'],
  ['subscription.calendarTags', '{}', 'a list'],
  ['subscription.calendarTags', 'Hawks', 'a list'],
])('%s=%s is refused: it is %s', (path, value, kind) => {
  expect(() => overrideDetails(event, { [path]: value })).toThrow(
    `“${path}” is ${kind}, and cannot become anything else`,
  );
  expect(event).toEqual(before);
});

test('an object is replaced by another', () => {
  const { eventDetails } = overrideDetails(event, { subscription: '{"zipCode":"1"}' });
  expect(eventDetails.subscription).toEqual({ zipCode: '1' });
});

describe('a path that names nothing', () => {
  const refusal = (path: string) => {
    try {
      overrideDetails(event, { [path]: 'x' });
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test('is refused with 30 paths at most, and no very long name', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => [`${index}-${'x'.repeat(1_000)}`, index]);
    const many = { ...event, eventDetails: Object.fromEntries(names) as Record<string, number> };
    expect.assertions(2);
    try {
      overrideDetails(many, { ['y'.repeat(5_000)]: 'x' });
    } catch (error) {
      expect((error as Error).message).toMatch(/29-x+… and 4970 more\.$/);
      expect((error as Error).message.length).toBeLessThan(7_000);
    }
  });

  test('is refused with all paths that there are', () => {
    const error = refusal('subscription.email') as Error;
    expect(error).toMatchObject({ code: 'InvalidRequest', message: expect.stringContaining('subscription.email') });
    for (const path of PATHS) expect(error.message).toContain(path);
  });

  test.each([
    '',
    '.',
    'subscription.',
    '.actionType',
    'eventId',
    'actionType.length',
    'subscription.zipCode.0',
    'subscription.calendarTags.1',
    'subscription.calendarTags.length',
    'subscription.calendarTags.push',
    'subscriptionEvent.location.x',
    '__proto__',
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'subscription.__proto__.polluted',
    'subscription.calendarTags.__proto__.polluted',
    'toString',
  ])('“%s” is refused and changes nothing', (path) => {
    expect(refusal(path)).toMatchObject({ code: 'InvalidRequest' });
    expect(event).toEqual(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });

  test('whatever it is, it is refused or replaces something, and harms no other object', () => {
    const step = fc.oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        'prototype',
        'length',
        'subscription',
        'calendarTags',
        '0',
        'zipCode',
      ),
      fc.string(),
    );
    const anyPath = fc.array(step, { maxLength: 4 }).map((steps) => steps.join('.'));
    fc.assert(
      fc.property(anyPath, fc.string(), (path, value) => {
        try {
          overrideDetails(event, { [path]: value });
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidRequest' });
        }
        expect(event).toEqual(before);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
