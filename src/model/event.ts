import type { Account, Calendar } from './account.js';
import type { EventType } from './event-types.js';
import type { Clearable, Subscription } from './subscription.js';

/**
 * The Event Object: exactly these three root fields, as CalReply's webhooks send them. Readers must tolerate details
 * that are unknown or missing; we never drop one on the way.
 */
export interface EventObject {
  /** GUID. It stays the same over every retry and resend: the key to skip what was handled before. */
  readonly eventId: string;
  readonly eventType: string;
  readonly eventDetails: Readonly<Record<string, unknown>>;
}

/** The Event Object of a new subscription. */
export function subscribeEvent(
  eventId: string,
  account: Account,
  calendar: Calendar,
  subscription: Subscription,
): EventObject {
  return eventObject(eventId, 'Subscribe', {
    ...eventHead(account, subscription.actionType),
    calendarSubscriptionId: subscription.id,
    subscription: {
      ...subscriptionBasic(calendar, subscription),
      ...subscriptionDetails(subscription),
    },
  });
}

/** Why and from where somebody unsubscribed, as far as it is known. */
export interface Removal {
  readonly actionType: string;
  readonly reason?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
}

/** The Event Object of a subscription of which something changed. */
export function detailsUpdatedEvent(
  eventId: string,
  account: Account,
  calendar: Calendar,
  { cleared, actionType, ...subscription }: Subscription & Cleared,
): EventObject {
  return eventObject(eventId, 'SubscriptionDetailsUpdated', {
    ...eventHead(account, actionType),
    calendarSubscriptionId: subscription.id,
    subscription: {
      ...subscriptionBasic(calendar, subscription),
      ...subscriptionDetails(subscription),
      ...Object.fromEntries(cleared.map((name) => [name, null])),
    },
  });
}

interface Cleared {
  /** What was known and is not any more: it is told as null. */
  readonly cleared: readonly Clearable[];
  readonly actionType: string;
}

/** The Event Object of a subscription that ended. */
export function unsubscribeEvent(
  eventId: string,
  account: Account,
  calendar: Calendar,
  subscription: Subscription,
  removal: Removal,
): EventObject {
  const { details } = subscription;
  return eventObject(eventId, 'Unsubscribe', {
    ...eventHead(account, removal.actionType),
    calendarSubscriptionId: subscription.id,
    subscription: {
      ...subscriptionBasic(calendar, subscription),
      removedDateTimeUtc: removedDateTimeUtc(subscription.deactivatedAt ?? subscription.createdAt),
      unsubscribeReasonText: removal.reason,
      remoteIpAddress: removal.ipAddress ?? details.ipAddress,
      countryCode: details.countryCode,
      geoCountry: details.geoCountry,
      userAgent: removal.userAgent ?? details.userAgent,
      subscriberId: details.subscriberId,
      subscriberEmail: details.emailAddress,
    },
  });
}

/** The fields that open the details of every event of `account`. */
export function eventHead(account: Account, actionType: string): Record<string, unknown> {
  return { actionType, accountId: account.id, accountName: account.name, accountCode: account.code };
}

/** CalReply's “Subscription Basic”. */
export function subscriptionBasic(
  calendar: Pick<Calendar, 'id' | 'title' | 'code'>,
  subscription: Pick<Subscription, 'id' | 'method'>,
): Record<string, unknown> {
  return {
    calendarSubscriptionId: subscription.id,
    calendarId: calendar.id,
    calendarTitle: calendar.title,
    calendarCode: calendar.code,
    subscriptionMethod: subscription.method,
  };
}

/** What “Subscription Details” has beyond the basic fields, in the order of our protocol notes. */
export function subscriptionDetails({
  details,
  createdAt,
}: Pick<Subscription, 'details' | 'createdAt'>): Record<string, unknown> {
  return {
    calendarTags: details.tags?.map((tag) => ({ tagId: tag.id, tagName: tag.name })),
    subscriberId: details.subscriberId,
    subscriberEmail: details.emailAddress,
    marketingAllowed: details.marketingAllowed,
    additionalOptIn: details.additionalOptIn,
    timezone: details.timezone,
    zipCode: details.zipCode,
    deviceName: details.deviceName,
    source: details.source,
    utmSource: details.utmSource,
    utmMedium: details.utmMedium,
    utmCampaign: details.utmCampaign,
    utmContent: details.utmContent,
    urlReferrer: details.urlReferrer,
    remoteIpAddress: details.ipAddress,
    countryCode: details.countryCode,
    geoCountry: details.geoCountry,
    userAgent: details.userAgent,
    createdDateTimeUtc: new Date(createdAt).toISOString(),
  };
}

/** CalReply writes this one date with a space, six digits and no zone: `2020-05-06 01:18:49.755190`. */
export function removedDateTimeUtc(time: number): string {
  return `${new Date(time).toISOString().replace('T', ' ').slice(0, -1)}000`;
}

/** An Event Object whose details hold no `undefined`, so that what is kept and what is sent are the same. */
export function eventObject(eventId: string, eventType: EventType, eventDetails: Record<string, unknown>): EventObject {
  return { eventId, eventType, eventDetails: withoutUndefined(eventDetails) };
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(fields)) as Record<string, unknown>;
}
