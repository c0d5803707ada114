import { describe, expect, test } from 'vitest';
import type { EventObject } from '../../../src/model/event.js';
import { eventFacts, lookupText } from '../../../src/model/event-facts.js';

describe('what the history is headed by', () => {
  const facts = (eventDetails: EventObject['eventDetails']) => eventFacts({ eventDetails });
  const nothing = { subscriptionId: null, calendarCode: null, calendarTitle: null, subscriberEmail: null };

  test('is found in either place of calendarSubscriptionId', () => {
    expect(facts({ calendarSubscriptionId: 'a' }).subscriptionId).toBe('a');
    expect(facts({ subscription: { calendarSubscriptionId: 'b' } }).subscriptionId).toBe('b');
  });

  test.each<EventObject['eventDetails']>([
    {},
    { subscription: null },
    { subscription: 'text' },
    { subscription: [] },
    { calendarSubscriptionId: 5, subscription: { calendarSubscriptionId: {}, calendarCode: '', subscriberEmail: [] } },
  ])('is nothing in details of another shape: %j', (eventDetails) => {
    expect(facts(eventDetails)).toEqual(nothing);
  });
});

describe('what is looked up', () => {
  test.each(['', 'a', '7ae10174-37fb-4448-8f61-2f86f167009e', 'é'.repeat(256)])(
    'stays as it is when it is short',
    (short) => {
      expect(lookupText(short)).toBe(short);
    },
  );

  test('is cut when it is long, and the same again when it is cut once more', () => {
    const [one, other] = [lookupText('a'.repeat(5000)), lookupText(`${'a'.repeat(5000)}b`)];
    expect([one.length, lookupText(one)]).toEqual([256, one]);
    expect(one.startsWith('aaaa')).toBe(true);
    expect(other).not.toBe(one);
  });

  test('holds no half of a surrogate pair', () => {
    for (const long of ['😀'.repeat(200), `a${'😀'.repeat(200)}`]) {
      const cut = lookupText(long);
      expect(Buffer.from(cut).toString()).toBe(cut);
    }
  });

  test('is cut where it comes from an event', () => {
    const long = 'x'.repeat(3000);
    const eventDetails = { calendarSubscriptionId: long, subscription: { calendarCode: long, calendarTitle: long } };
    const cut = lookupText(long);
    expect(eventFacts({ eventDetails })).toMatchObject({ subscriptionId: cut, calendarCode: cut, calendarTitle: long });
  });
});
