import { pick, seededGuid, seededRandom, type Random } from '../util/seeded-random.js';
import type { Account, Calendar } from './account.js';
import {
  eventHead,
  eventObject,
  removedDateTimeUtc,
  subscriptionBasic,
  subscriptionDetails,
  type EventObject,
} from './event.js';
import type { EventType } from './event-types.js';
import { SUBSCRIPTION_METHODS, VIA_WEB_API, type Subscription } from './subscription.js';

/** What a sample is made from. The same input gives the same sample, but for `eventId` when it is passed in. */
export interface SampleInput {
  readonly type: EventType;
  readonly account: Account;
  readonly calendar: Calendar;
  /** Any integer. */
  readonly seed: number;
  /** The time the sample pretends to happen at, in milliseconds since 1970. */
  readonly now: number;
}

/** A realistic Event Object of any of the eight types, for trying a receiver. Nobody in it exists. */
export function sampleEvent({ type, account, calendar, seed, now }: SampleInput): EventObject {
  const random = seededRandom(seed);
  const eventId = seededGuid(random);
  const person = samplePerson(random);
  const subscription = sampleSubscription(random, calendar, person, now);
  const personalEvent = samplePersonalEvent(random, now);
  const head = (actionType: string) => eventHead(account, actionType);
  const withId = { calendarSubscriptionId: subscription.id };
  const basic = subscriptionBasic(calendar, subscription);

  switch (type) {
    case 'Subscribe':
    case 'SubscriptionDetailsUpdated':
      return eventObject(eventId, type, {
        ...head(subscription.actionType),
        ...withId,
        subscription: { ...basic, ...subscriptionDetails(subscription) },
      });
    case 'Unsubscribe':
      return eventObject(eventId, type, {
        ...head('SubscriptionViaCalendarPage'),
        ...withId,
        subscription: {
          ...basic,
          removedDateTimeUtc: removedDateTimeUtc(now),
          unsubscribeReasonText: pick(random, UNSUBSCRIBE_REASONS),
          remoteIpAddress: person.ipAddress,
          countryCode: 'US',
          geoCountry: 'United States',
          userAgent: person.userAgent,
          subscriberId: person.email,
          subscriberEmail: person.email,
        },
      });
    case 'SubscriptionEventAdded':
      return eventObject(eventId, type, {
        ...head('SubscriptionWithEventsViaWebApi'),
        ...withId,
        subscription: basic,
        subscriptionEvent: personalEvent,
      });
    case 'SubscriptionEventRemoved':
      return eventObject(eventId, type, {
        ...head('SubscriptionViaCalendarPage'),
        ...withId,
        subscription: basic,
        subscriptionEvent: { eventId: personalEvent.eventId },
      });
    case 'SubscriptionEventUpdated':
      return eventObject(eventId, type, { ...head(VIA_WEB_API), subscriptionEvent: personalEvent });
    case 'SubscriptionEventDeleted':
      return eventObject(eventId, type, {
        ...head(VIA_WEB_API),
        subscriptionEvent: { eventId: personalEvent.eventId },
      });
    case 'Test':
      return testEvent(eventId, account);
  }
}

/** The Event Object of a test, which is about nobody. */
export function testEvent(eventId: string, account: Account): EventObject {
  return eventObject(eventId, 'Test', {
    ...eventHead(account, 'TestEvent'),
    message: 'This is a test event. It does not map to a real subscription.',
  });
}

interface Person {
  readonly email: string;
  readonly zipCode: string;
  readonly timezone: string;
  readonly ipAddress: string;
  readonly device: string;
  readonly userAgent: string;
}

function samplePerson(random: Random): Person {
  const first = pick(random, FIRST_NAMES);
  const last = pick(random, LAST_NAMES);
  const place = pick(random, PLACES);
  const device = pick(random, DEVICES);
  return {
    email: `${first}.${last}${1 + Math.floor(random() * 98)}@example.com`,
    zipCode: place.zipCode,
    timezone: place.timezone,
    // RFC 5737: addresses kept for documentation, so that no sample names a real machine.
    ipAddress: `203.0.113.${1 + Math.floor(random() * 254)}`,
    ...device,
  };
}

function sampleSubscription(
  random: Random,
  calendar: Calendar,
  person: Person,
  now: number,
): Pick<Subscription, 'id' | 'method' | 'actionType' | 'details' | 'createdAt'> {
  const campaign = pick(random, CAMPAIGNS);
  return {
    id: seededGuid(random),
    method: pick(random, SUBSCRIPTION_METHODS),
    actionType: pick(random, [
      'SubscriptionViaCalendarPage',
      'SubscriptionViaShowsPage',
      'SubscriptionViaOneClickLink',
    ]),
    createdAt: now,
    details: {
      tags: calendar.tags.filter(() => random() < 0.5),
      subscriberId: person.email,
      emailAddress: person.email,
      marketingAllowed: random() < 0.6,
      additionalOptIn: random() < 0.3,
      timezone: person.timezone,
      zipCode: person.zipCode,
      deviceName: person.device,
      source: 'calendar-page',
      ...campaign,
      urlReferrer: `https://www.example.com/${calendar.code}`,
      ipAddress: person.ipAddress,
      countryCode: 'US',
      geoCountry: 'United States',
      userAgent: person.userAgent,
    },
  };
}

function samplePersonalEvent(random: Random, now: number): Record<string, unknown> & { readonly eventId: string } {
  const fixture = pick(random, FIXTURES);
  const day = new Date(now + (1 + Math.floor(random() * 28)) * 86_400_000).toISOString().slice(0, 10);
  return {
    eventId: String(100_000 + Math.floor(random() * 900_000)),
    title: fixture.title,
    location: fixture.location,
    description: fixture.description,
    start: `${day}T19:00:00`,
    end: `${day}T22:00:00`,
    timezone: fixture.timezone,
    allDayEvent: false,
    notifyBefore: pick(random, [15, 30, 60]),
  };
}

const FIRST_NAMES = ['dana', 'sam', 'alex', 'maria', 'jordan', 'noor', 'lee', 'ingrid'] as const;
const LAST_NAMES = ['rivera', 'chen', 'okafor', 'larsen', 'novak', 'haddad', 'smith', 'ito'] as const;

const PLACES = [
  { zipCode: '94110', timezone: 'Pacific Standard Time' },
  { zipCode: '94103', timezone: 'Pacific Standard Time' },
  { zipCode: '60614', timezone: 'Central Standard Time' },
  { zipCode: '75226', timezone: 'Central Standard Time' },
  { zipCode: '10025', timezone: 'Eastern Standard Time' },
  { zipCode: '02139', timezone: 'Eastern Standard Time' },
] as const;

const DEVICES = [
  {
    device: 'Mobile',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  },
  {
    device: 'Desktop',
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  },
] as const;

const CAMPAIGNS = [
  { utmSource: 'newsletter', utmMedium: 'email', utmCampaign: 'season-opener', utmContent: 'header-button' },
  { utmSource: 'instagram', utmMedium: 'social', utmCampaign: 'derby-week', utmContent: 'story' },
  { utmSource: 'website', utmMedium: 'banner', utmCampaign: 'summer-sale', utmContent: 'sidebar' },
] as const;

const UNSUBSCRIBE_REASONS = ['The event has come to an end', 'Too many reminders', 'I use another calendar'] as const;

const FIXTURES = [
  {
    title: 'Harbour Hawks v River Rovers',
    location: 'Harbour Park, San Francisco, CA',
    description: 'Round 7. Gates open at 18:00.',
    timezone: 'Pacific Standard Time',
  },
  {
    title: 'Season finale: The Long Watch',
    location: 'Channel 4',
    description: 'The last episode of season 2, with the cast in the studio afterwards.',
    timezone: 'Eastern Standard Time',
  },
  {
    title: 'Members’ pre-sale',
    location: 'Online',
    description: 'A day of early access to the winter sale.',
    timezone: 'Central Standard Time',
  },
] as const;
