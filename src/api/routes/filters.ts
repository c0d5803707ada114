import { CalReplyError } from '../../errors.js';
import { lookupText } from '../../model/event-facts.js';
import { HISTORY_TYPES, parseHistoryType } from '../../model/event-types.js';
import type { EventFilter, NotificationFilter, StatisticsFilter, StoreReads, StreamFilter } from '../../store/store.js';
import type { EventQuery, NotificationQuery, NotificationStreamQuery, StatisticsQuery } from '../contract.js';
import { unknownCalendar, unknownEvent, unknownWebhook } from '../not-found.js';

const DEFAULT_LIMIT = 50;

/**
 * The query of a list of events, in the store's words. Types are taken in either spelling.
 *
 * @throws {CalReplyError} InvalidRequest for a time that has the right form and is none, and for a span that ends before
 *   it begins; UnknownEventType
 */
export function eventFilter(query: EventQuery): EventFilter {
  return {
    type: query.type === undefined ? undefined : typeOf(query.type),
    calendarCode: calendarName(query),
    subscriptionId: query.subscription && lookupText(query.subscription),
    ...spanOf(query),
    limit: query.limit ?? DEFAULT_LIMIT,
    cursor: query.cursor,
  };
}

/** The calendar code that a query names, as it is looked up. */
export function calendarName({ calendar }: { readonly calendar?: string | undefined }): string | undefined {
  return calendar && lookupText(calendar);
}

/** A span of time, as a query names it. */
interface SpanQuery {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/**
 * The span of time of a query, in milliseconds since 1970.
 *
 * @throws {CalReplyError} InvalidRequest for a time that has the right form and is none, and for a span that ends before
 *   it begins
 */
export function spanOf(query: SpanQuery): { readonly since: number | undefined; readonly until: number | undefined } {
  const [since, until] = [timeOf(query.since), timeOf(query.until)];
  if (since !== undefined && until !== undefined && until < since) {
    throw new CalReplyError('InvalidRequest', `Nothing can be before ${query.until} and not before ${query.since}.`);
  }

  return { since, until };
}

export function notificationFilter(query: NotificationQuery): NotificationFilter {
  return { ...eventFilter(query), status: query.status, webhookId: query.webhook, eventId: query.event };
}

export function streamFilter(query: NotificationStreamQuery): StreamFilter {
  return notificationFilter(query);
}

export function statisticsFilter(query: StatisticsQuery): StatisticsFilter {
  return notificationFilter(query);
}

/**
 * Refuses a filter that names what there never was: an empty list would look as if nothing had happened.
 *
 * @throws {CalReplyError} NotFound
 */
export async function checkNames(
  store: Pick<StoreReads, 'hadWebhook' | 'event' | 'calendars' | 'events'>,
  accountId: string,
  { webhookId, eventId, calendarCode }: StreamFilter,
): Promise<void> {
  if (webhookId !== undefined && !(await store.hadWebhook(accountId, webhookId))) throw unknownWebhook(webhookId);
  if (eventId !== undefined && !(await store.event(accountId, eventId))) throw unknownEvent(eventId);
  if (calendarCode === undefined) return;
  const calendars = await store.calendars(accountId);
  if (calendars.some(({ code }) => code === calendarCode)) return;
  // An Event Object of somebody's own may tell of any calendar.
  const { items } = await store.events(accountId, { calendarCode, limit: 1 });
  if (items.length === 0) throw unknownCalendar(calendarCode, calendars);
}

function typeOf(text: string): string {
  const type = parseHistoryType(text);
  if (type) return type;
  const types = HISTORY_TYPES.join(', ');
  throw new CalReplyError('UnknownEventType', `“${text}” is not a type of event. There are ${types}.`);
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  // A leap second, 23:59:60, is right by RFC 3339 and unknown to Date.
  if (Number.isNaN(time)) throw new CalReplyError('InvalidRequest', `“${text}” is not a time that is known here.`);
  return time;
}
