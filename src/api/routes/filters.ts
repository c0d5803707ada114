import { CalReplyError } from '../../errors.js';
import { parseEventType } from '../../model/event-types.js';
import type { EventFilter, NotificationFilter, StatisticsFilter, StreamFilter } from '../../store/store.js';
import type { EventQuery, NotificationQuery, NotificationStreamQuery, StatisticsQuery } from '../contract.js';

const DEFAULT_LIMIT = 50;

/**
 * The query of a list of events, in the store's words. Types are taken in either spelling.
 *
 * @throws {CalReplyError} InvalidRequest for a time that has the right form and is none
 */
export function eventFilter(query: EventQuery): EventFilter {
  return {
    type: query.type === undefined ? undefined : (parseEventType(query.type) ?? query.type),
    calendarCode: query.calendar,
    subscriptionId: query.subscription,
    since: timeOf(query.since),
    until: timeOf(query.until),
    limit: query.limit ?? DEFAULT_LIMIT,
    cursor: query.cursor,
  };
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

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  // A leap second, 23:59:60, is right by RFC 3339 and unknown to Date.
  if (Number.isNaN(time)) throw new CalReplyError('InvalidRequest', `“${text}” is not a time that is known here.`);
  return time;
}
