import type { Kysely, Selectable } from 'kysely';
import type { CalendarEvent } from '../model/calendar-event.js';
import type { StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Entries of calendars. */
export function calendarEventReads(db: Kysely<Tables>): Pick<StoreReads, 'calendarEvents' | 'calendarEventsNamed'> {
  return {
    async calendarEvents(calendarId, { since, until, limit }) {
      let query = db.selectFrom('calendar_events').selectAll().where('calendar_id', '=', calendarId);
      if (since !== undefined) query = query.where('starts_at', '>=', since);
      if (until !== undefined) query = query.where('starts_at', '<', until);
      const rows = await query.orderBy('starts_at').orderBy('row').limit(limit).execute();
      return rows.map(toCalendarEvent);
    },
    async calendarEventsNamed(calendarId, { ids, externalIds }) {
      const found = new Map<string, CalendarEvent>();
      for (const [column, names] of [['id', ids] as const, ['external_id', externalIds] as const]) {
        for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
          const rows = await db
            .selectFrom('calendar_events')
            .selectAll()
            .where('calendar_id', '=', calendarId)
            .where(column, 'in', names.slice(start, start + NAMES_AT_ONCE))
            .execute();
          for (const row of rows) found.set(row.id, toCalendarEvent(row));
        }
      }

      return [...found.values()];
    },
  };
}

/** A statement takes only so many parameters. */
const NAMES_AT_ONCE = 500;

export function calendarEventWrites(
  db: Kysely<Tables>,
): Pick<StoreWrites, 'keepCalendarEvent' | 'removeCalendarEvent'> {
  return {
    async keepCalendarEvent(calendarId, { id, externalId, startsAt, changedAt, ...details }) {
      const columns = {
        external_id: externalId,
        starts_at: startsAt,
        changed_at: changedAt,
        details: JSON.stringify(details),
      };
      await db
        .insertInto('calendar_events')
        .values({ id, calendar_id: calendarId, ...columns })
        .onConflict((conflict) => conflict.columns(['calendar_id', 'id']).doUpdateSet(columns))
        .execute();
    },
    async removeCalendarEvent(calendarId, id) {
      const { numDeletedRows } = await db
        .deleteFrom('calendar_events')
        .where('calendar_id', '=', calendarId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

function toCalendarEvent(row: Selectable<Tables['calendar_events']>): CalendarEvent {
  return {
    ...(JSON.parse(row.details) as Omit<CalendarEvent, 'id' | 'externalId' | 'startsAt' | 'changedAt'>),
    id: row.id,
    externalId: row.external_id,
    startsAt: row.starts_at,
    changedAt: row.changed_at,
  };
}
