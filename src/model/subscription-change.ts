import { isRecord } from '../util/is-record.js';
import type { EventObject } from './event.js';
import { eventFacts, filledText, lookupText } from './event-facts.js';
import { parseEventType } from './event-types.js';
import { CLEARABLE, type Clearable } from './subscription.js';

/** What one event says of one subscription: that it began, that it ended, or what is known of it now. */
export interface SubscriptionChange {
  readonly kind: 'subscribed' | 'unsubscribed' | 'updated';
  /** The `calendarSubscriptionId`, as it is looked up. */
  readonly subscriptionId: string;
  /** When it happened, in milliseconds since 1970: by the event itself where it says so, else when it was accepted. */
  readonly at: number;
  readonly facts: SubscriberFacts;
  /** What an update says to be known no more: it is there, and null. */
  readonly cleared: readonly Clearable[];
}

/** What is known of who subscribed, and how they came. Null for what no event told. */
export interface SubscriberFacts {
  readonly calendarCode: string | null;
  readonly subscriberEmail: string | null;
  readonly subscriberId: string | null;
  readonly marketingAllowed: boolean | null;
  readonly additionalOptIn: boolean | null;
  /** The names of tags, in alphabetical order; none for who chose none. */
  readonly tags: readonly string[] | null;
  readonly zipCode: string | null;
  readonly timezone: string | null;
  readonly countryCode: string | null;
  readonly utmSource: string | null;
  readonly utmMedium: string | null;
  readonly utmCampaign: string | null;
}

/** Of somebody of whom nothing is known. */
export const NO_FACTS: SubscriberFacts = {
  calendarCode: null,
  subscriberEmail: null,
  subscriberId: null,
  marketingAllowed: null,
  additionalOptIn: null,
  tags: null,
  zipCode: null,
  timezone: null,
  countryCode: null,
  utmSource: null,
  utmMedium: null,
  utmCampaign: null,
};

const KINDS = { Subscribe: 'subscribed', Unsubscribe: 'unsubscribed', SubscriptionDetailsUpdated: 'updated' } as const;

/** The types of events that change what is known of subscriptions. */
export const CHANGING_TYPES: readonly string[] = Object.keys(KINDS);

type ChangingType = keyof typeof KINDS;

/** Whether an event of a type may say something of a subscription. */
export function isChanging(type: string): type is ChangingType {
  return Object.hasOwn(KINDS, type);
}

/**
 * What an Event Object changes; undefined for one of another type, or about no subscription.
 *
 * @param acceptedAt in milliseconds since 1970
 */
export function subscriptionChange(event: EventObject, acceptedAt: number): SubscriptionChange | undefined {
  const type = parseEventType(event.eventType);
  const { subscriptionId, calendarCode } = eventFacts(event);
  if (type === undefined || !isChanging(type) || subscriptionId === null) return undefined;
  const subscription = isRecord(event.eventDetails.subscription) ? event.eventDetails.subscription : {};
  return {
    kind: KINDS[type],
    subscriptionId,
    at: timeOf(type, subscription, acceptedAt),
    facts: { ...factsOf(subscription), calendarCode },
    cleared: type === 'SubscriptionDetailsUpdated' ? CLEARABLE.filter((name) => subscription[name] === null) : [],
  };
}

/** An update says when the subscription was made, and not when it was changed. */
function timeOf(type: ChangingType, subscription: Record<string, unknown>, acceptedAt: number): number {
  if (type === 'SubscriptionDetailsUpdated') return acceptedAt;
  const told = utcTime(type === 'Subscribe' ? subscription.createdDateTimeUtc : subscription.removedDateTimeUtc);
  return told !== undefined && told >= FIRST_TIME && told <= acceptedAt + CLOCKS_DIFFER ? told : acceptedAt;
}

/** No calendar service is older, so an earlier time is a mistake. */
export const FIRST_TIME = Date.UTC(2000, 0, 1);
/** So far in the future a time may lie, by a clock that is wrong. In milliseconds. */
const CLOCKS_DIFFER = 86_400_000;

/** CalReply writes some times without a zone, and all of them in UTC. */
function utcTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return undefined;
  const iso = value.replace(' ', 'T');
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function factsOf(subscription: Record<string, unknown>): Omit<SubscriberFacts, 'calendarCode'> {
  const short = (name: string) => {
    const text = filledText(subscription[name]);
    return text && lookupText(text);
  };
  return {
    subscriberEmail: short('subscriberEmail'),
    subscriberId: short('subscriberId'),
    marketingAllowed: flag(subscription.marketingAllowed),
    additionalOptIn: flag(subscription.additionalOptIn),
    tags: tagNames(subscription.calendarTags),
    zipCode: short('zipCode'),
    timezone: short('timezone'),
    countryCode: short('countryCode'),
    utmSource: short('utmSource'),
    utmMedium: short('utmMedium'),
    utmCampaign: short('utmCampaign'),
  };
}

function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Nobody chooses more, and what is grouped by is to be short. */
const MOST_TAGS = 100;

function tagNames(tags: unknown): readonly string[] | null {
  if (!Array.isArray(tags)) return null;
  const names = tags.slice(0, MOST_TAGS).flatMap((tag: unknown) => {
    // A tag that is only known by its id is counted under that.
    const name = isRecord(tag) ? (filledText(tag.tagName) ?? filledText(tag.tagId)) : filledText(tag);
    return name === null ? [] : [lookupText(name)];
  });
  return [...new Set(names)].sort();
}
