import Type, { type Static } from 'typebox';
import { Guid, OrNull, Time } from './shared.js';
import { LocalTime } from './subscription-events.js';

/* The entries of a calendar. */

const Text = (most = 4096) => Type.Optional(OrNull(Type.String({ maxLength: most })));

export const CalendarEventResource = Type.Object(
  {
    id: Guid,
    externalId: OrNull(Type.String()),
    title: Type.String(),
    description: OrNull(Type.String()),
    location: OrNull(Type.String()),
    reminderMinutes: Type.Integer(),
    timezoneBclId: Type.String({ description: 'A Windows time zone id.' }),
    timezoneIanaId: Type.String(),
    startDateTimeUtc: Time,
    startDateTimeLocal: Type.String(),
    endDateTimeLocal: OrNull(Type.String()),
    lastUpdateDateTimeUtc: Time,
    calendarTags: Type.Array(Type.Object({ id: Guid, text: Type.String() })),
    calendarTimezones: Type.Array(
      Type.Object({ bclId: Type.String(), ianaId: Type.String(), offsetMinutes: Type.Integer() }),
    ),
  },
  { title: 'CalendarEvent' },
);
export type CalendarEventResource = Static<typeof CalendarEventResource>;

export const CalendarEventList = Type.Array(CalendarEventResource);

export const CalendarEventQuery = Type.Object({
  since: Type.Optional(Type.String({ format: 'date-time', description: 'Not before.' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Before.' })),
});
export type CalendarEventQuery = Static<typeof CalendarEventQuery>;

/** The body of `PUT /v1/calendar/{accountCode}/{calendarCode}/events/{id}`. */
export const KeepCalendarEvent = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 4096 }),
    start: LocalTime,
    timezone: Type.String({ minLength: 1, maxLength: 128, description: 'A Windows or an IANA time zone.' }),
    end: Type.Optional(OrNull(LocalTime)),
    description: Text(),
    location: Text(),
    externalId: Text(256),
    reminderMinutes: Type.Optional(Type.Integer({ minimum: 0 })),
    tags: Type.Optional(
      Type.Array(Type.String({ maxLength: 256 }), { maxItems: 100, description: 'By id, externalId or name.' }),
    ),
  },
  { additionalProperties: false },
);
export type KeepCalendarEvent = Static<typeof KeepCalendarEvent>;
