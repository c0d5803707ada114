import { createHash } from 'node:crypto';
import { toUSVString } from 'node:util';
import { isRecord } from '../util/is-record.js';
import type { EventObject } from './event.js';

/**
 * What the history is filtered and headed by, read from an Event Object wherever CalReply may have put it:
 * `calendarSubscriptionId` stands in the details, in their `subscription`, or in both.
 */
export interface EventFacts {
  readonly subscriptionId: string | null;
  readonly calendarCode: string | null;
  readonly calendarTitle: string | null;
  readonly subscriberEmail: string | null;
}

/** The facts that are looked up, {@link lookupText | cut} where they are too long for it, and those that are only shown. */
export function eventFacts({ eventDetails }: Pick<EventObject, 'eventDetails'>): EventFacts {
  const subscription = isRecord(eventDetails.subscription) ? eventDetails.subscription : {};
  const subscriptionId =
    filledText(eventDetails.calendarSubscriptionId) ?? filledText(subscription.calendarSubscriptionId);
  const calendarCode = filledText(subscription.calendarCode);
  return {
    subscriptionId: subscriptionId && lookupText(subscriptionId),
    calendarCode: calendarCode && lookupText(calendarCode),
    calendarTitle: filledText(subscription.calendarTitle),
    subscriberEmail: filledText(subscription.subscriberEmail),
  };
}

/** A text that says something; null for anything else. */
export function filledText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The longest text that is looked up as it is, in UTF-16 units: PostgreSQL takes no more than 2,704 bytes in an index. */
export const LONGEST_LOOKUP = 256;

/**
 * The text under which something is kept and looked up: itself, or its beginning and its SHA-256 when it is longer than
 * {@link LONGEST_LOOKUP}. Two long texts that begin alike stay two, and what was cut once is not cut again.
 */
export function lookupText(text: string): string {
  if (text.length <= LONGEST_LOOKUP) return text;
  const ending = `…${createHash('sha256').update(text).digest('hex')}`;
  // The cut may leave half of a surrogate pair, which no database keeps.
  return toUSVString(text.slice(0, LONGEST_LOOKUP - ending.length)) + ending;
}
