import Type, { type Static } from 'typebox';
import { LONGEST_LOOKUP } from '../../model/event-facts.js';
import { Guid, OrNull } from './shared.js';

/* CalReply's calls for personal events: entries that a merchant puts into the calendars of some subscribers. */

const Text = Type.Optional(OrNull(Type.String({ maxLength: 4096 })));

/** `2019-02-21T15:00:00`, local to the event's time zone. */
export const LocalTime = Type.String({
  pattern: String.raw`^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:?\d\d)?)?$`,
  description: 'ISO 8601, local to the time zone of the event.',
});

const eventFields = {
  description: Text,
  location: Text,
  timezoneIanaId: Text,
  end: Type.Optional(OrNull(LocalTime)),
  allDayEvent: Type.Optional(OrNull(Type.Boolean())),
  notifyBefore: Type.Optional(
    OrNull(
      Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: String.raw`^\d{1,6}$` })], {
        description: 'Minutes. Some senders write it as text.',
      }),
    ),
  ),
  actionType: Text,
};

const EventId = Type.String({ minLength: 1, maxLength: LONGEST_LOOKUP, description: 'Your own id for it.' });
const Title = Type.String({ minLength: 1, maxLength: 4096 });
const Zone = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'A Windows time zone id, such as Eastern Standard Time; the name of the IANA database is taken as well.',
});

export const PersonalEvent = Type.Object(
  { eventId: EventId, title: Title, start: LocalTime, timezone: Zone, ...eventFields },
  { title: 'PersonalEvent', additionalProperties: true },
);
export type PersonalEvent = Static<typeof PersonalEvent>;

/** The body of `POST /v1/subscriptionevent/{accountCode}`. */
export const AddPersonalEvent = Type.Object(
  { event: PersonalEvent, subscriptionIds: Type.Array(Guid, { minItems: 1, maxItems: 1000 }), actionType: Text },
  { additionalProperties: true },
);
export type AddPersonalEvent = Static<typeof AddPersonalEvent>;

const changeFields = {
  title: Type.Optional(Title),
  start: Type.Optional(LocalTime),
  timezone: Type.Optional(Zone),
  ...eventFields,
};

const PersonalEventChange = Type.Object({ eventId: EventId, ...changeFields }, { additionalProperties: true });
export type PersonalEventChange = Static<typeof PersonalEventChange>;

/** The body of `POST /v1/subscriptionevent/{accountCode}/update`: CalReply documents it flat, and its partners wrap it. */
export const ChangePersonalEvent = Type.Object(
  {
    event: Type.Optional(PersonalEventChange),
    eventId: Type.Optional(Type.String({ ...EventId, description: 'Either this with its fields, or event.' })),
    ...changeFields,
  },
  { additionalProperties: true },
);
export type ChangePersonalEvent = Static<typeof ChangePersonalEvent>;
