import { expressionBuilder, type Expression, type SqlBool } from 'kysely';
import type { NotificationFilter } from './store.js';
import type { Tables } from './tables.js';

/** What a filter asks of events. */
export type EventConditions = Pick<NotificationFilter, 'eventId' | 'type' | 'calendarCode' | 'subscriptionId'>;

/** True for an event that fits, in a query that calls its events `e`: `query.where(eventFits(filter))`. */
export function eventFits({ eventId, type, calendarCode, subscriptionId }: EventConditions): Expression<SqlBool> {
  const event = expressionBuilder<{ e: Tables['events'] }, 'e'>();
  const conditions: Expression<SqlBool>[] = [];
  if (eventId !== undefined) conditions.push(event('e.id', '=', eventId));
  if (type !== undefined) conditions.push(event('e.type', '=', type));
  if (calendarCode !== undefined) conditions.push(event('e.calendar_code', '=', calendarCode));
  if (subscriptionId !== undefined) conditions.push(event('e.subscription_id', '=', subscriptionId));
  return event.and(conditions);
}
