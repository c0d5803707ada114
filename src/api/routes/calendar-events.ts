import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CalReplyError } from '../../errors.js';
import type { Calendar } from '../../model/account.js';
import type { CalendarEvent } from '../../model/calendar-event.js';
import { timeZone } from '../../model/time-zone.js';
import type { AppOptions } from '../app-options.js';
import { CalendarEventList, CalendarEventQuery, CalendarEventResource, Guid, KeepCalendarEvent } from '../contract.js';
import { isoTime } from '../resources.js';
import { startOf, zoneNames } from '../time-zones.js';
import { spanOf } from './filters.js';
import { calendarOf, type OnCalendar } from './of-account.js';

/** As many are answered at once. */
const MOST = 1_000;

/** The entries of a calendar: reading them is CalReply's call, which documents no path; keeping them is ours. */
export function calendarEventRoutes(app: FastifyInstance, { store, clock }: AppOptions, done: () => void): void {
  const tags = ['calreply'];
  const path = '/v1/calendar/:accountCode/:calendarCode/events';
  const params = Type.Object({ accountCode: Type.String(), calendarCode: Type.String(), id: Guid });

  app.get<OnCalendar & { Querystring: CalendarEventQuery }>(
    path,
    {
      schema: {
        summary: 'The entries of a calendar, by their start; 1,000 at most',
        tags,
        querystring: CalendarEventQuery,
        response: { 200: CalendarEventList },
      },
    },
    async ({ account, params: named, query }) => {
      const calendar = await calendarOf(store, account, named);
      const events = await store.calendarEvents(calendar.id, { ...spanOf(query), limit: MOST });
      return events.map(calendarEventResource);
    },
  );

  app.put<{ Params: OnCalendar['Params'] & { id: string }; Body: KeepCalendarEvent }>(
    `${path}/:id`,
    {
      schema: {
        summary: 'Keep an entry of a calendar, in place of the one of this id',
        tags: ['calendars'],
        params,
        body: KeepCalendarEvent,
        response: { 200: CalendarEventResource },
      },
    },
    async ({ account, params: named, body }) => {
      const now = clock.now();
      return store.write(async (transaction) => {
        const calendar = await calendarOf(transaction, account, named);
        const event = calendarEvent(named.id.toLowerCase(), calendar, body, now);
        await transaction.keepCalendarEvent(calendar.id, event);
        return calendarEventResource(event);
      });
    },
  );

  app.delete<{ Params: OnCalendar['Params'] & { id: string } }>(
    `${path}/:id`,
    {
      schema: {
        summary: 'Take an entry of a calendar away',
        tags: ['calendars'],
        params,
        response: { 204: { type: 'null' } },
      },
    },
    async ({ account, params: named }, reply) => {
      const removed = await store.write(async (transaction) => {
        const calendar = await calendarOf(transaction, account, named);
        return transaction.removeCalendarEvent(calendar.id, named.id.toLowerCase());
      });
      if (!removed) throw new CalReplyError('NotFound', `There is no calendar event ${named.id}.`);
      return reply.status(204).send();
    },
  );
  done();
}

function calendarEvent(id: string, calendar: Calendar, body: KeepCalendarEvent, now: number): CalendarEvent {
  const names = zoneNames(body.timezone);
  const { start } = body;
  return {
    ...{ id, externalId: body.externalId ?? null, title: body.title, start, end: body.end ?? null },
    ...{ description: body.description ?? null, location: body.location ?? null },
    reminderMinutes: body.reminderMinutes ?? 0,
    ...names,
    startsAt: startOf(names, start, body.end),
    tags: (body.tags ?? []).map((name) => knownTag(calendar, name)),
    changedAt: now,
  };
}

function knownTag({ code, tags }: Calendar, name: string): CalendarEvent['tags'][number] {
  const tag = tags.find((one) => [one.id, one.externalId, one.name].includes(name));
  if (tag) return { id: tag.id, name: tag.name };
  const hint = tags.length === 0 ? 'It has none.' : `There are: ${tags.map((one) => one.name).join(', ')}`;
  throw new CalReplyError('InvalidRequest', `The calendar ${code} has no tag ${name}.`, { hint });
}

export function calendarEventResource(event: CalendarEvent): CalendarEventResource {
  const { id, externalId, title, description, location, reminderMinutes, timezone, timezoneIanaId, startsAt } = event;
  const offset = timeZone(timezoneIanaId).offsetAt(startsAt);
  return {
    ...{ id, externalId, title, description, location, reminderMinutes },
    timezoneBclId: timezone,
    timezoneIanaId,
    startDateTimeUtc: isoTime(startsAt),
    startDateTimeLocal: event.start,
    endDateTimeLocal: event.end,
    lastUpdateDateTimeUtc: isoTime(event.changedAt),
    calendarTags: event.tags.map((tag) => ({ id: tag.id, text: tag.name })),
    calendarTimezones: [{ bclId: timezone, ianaId: timezoneIanaId, offsetMinutes: Math.round(offset / 60_000) }],
  };
}
