import type { Account, Calendar } from './account.js';
import { eventHead, eventObject, subscriptionBasic, type EventObject } from './event.js';
import type { Subscription } from './subscription.js';

/** A personal event: an entry that a merchant puts into the calendars of some subscribers by name. */
export interface SubscriptionEvent {
  /** The merchant's own id for it: CalReply calls it `eventId`, as it does the id of an Event Object. */
  readonly eventId: string;
  readonly details: EventDetails;
}

/** What an entry of a calendar says. Times are local to its time zone, such as `2026-11-28T19:00:00`. */
export interface EventDetails {
  readonly title: string;
  readonly location: string | null;
  readonly description: string | null;
  readonly start: string;
  readonly end: string | null;
  /** A Windows time zone id, such as `Eastern Standard Time`. */
  readonly timezone: string;
  /** The same as the IANA time zone database names it. */
  readonly timezoneIanaId: string;
  readonly allDayEvent: boolean;
  /** Minutes before it at which people are reminded; null for as they chose. */
  readonly notifyBefore: number | null;
}

/** The Event Object of a personal event that somebody has from now on. */
export function subscriptionEventAdded(
  id: string,
  on: AboutSubscription,
  event: SubscriptionEvent,
  actionType: string,
): EventObject {
  return eventObject(id, 'SubscriptionEventAdded', {
    ...aboutSubscription(on, actionType),
    subscriptionEvent: whole(event),
  });
}

/** The Event Object of a personal event that somebody has no more. */
export function subscriptionEventRemoved(
  id: string,
  on: AboutSubscription,
  eventId: string,
  actionType: string,
): EventObject {
  return eventObject(id, 'SubscriptionEventRemoved', {
    ...aboutSubscription(on, actionType),
    subscriptionEvent: { eventId },
  });
}

/** The Event Object of a personal event that is another for all who have it. */
export function subscriptionEventUpdated(
  id: string,
  account: Account,
  event: SubscriptionEvent,
  actionType: string,
): EventObject {
  return eventObject(id, 'SubscriptionEventUpdated', {
    ...eventHead(account, actionType),
    subscriptionEvent: whole(event),
  });
}

/** The Event Object of a personal event that nobody has any more. */
export function subscriptionEventDeleted(
  id: string,
  account: Account,
  eventId: string,
  actionType: string,
): EventObject {
  return eventObject(id, 'SubscriptionEventDeleted', {
    ...eventHead(account, actionType),
    subscriptionEvent: { eventId },
  });
}

/** Whose subscription to what. */
export interface AboutSubscription {
  readonly account: Account;
  readonly calendar: Pick<Calendar, 'id' | 'title' | 'code'>;
  readonly subscription: Pick<Subscription, 'id' | 'method'>;
}

function aboutSubscription({ account, calendar, subscription }: AboutSubscription, actionType: string) {
  return {
    ...eventHead(account, actionType),
    calendarSubscriptionId: subscription.id,
    subscription: subscriptionBasic(calendar, subscription),
  };
}

/** CalReply's “Subscription Event Details”, in the order of our protocol notes. */
function whole({ eventId, details }: SubscriptionEvent): Record<string, unknown> {
  const { title, location, description, start, end, timezone, allDayEvent, notifyBefore } = details;
  return { eventId, title, location, description, start, end, timezone, allDayEvent, notifyBefore };
}
