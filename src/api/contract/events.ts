import Type, { type Static } from 'typebox';
import { HistoryFilter } from './history-filter.js';
import { NotificationResource } from './notifications.js';
import { Guid, OrNull, PageQuery, Time } from './shared.js';

/* What happened, and triggering it for a test. */

export const EventObjectShape = Type.Object(
  {
    eventId: Type.String(),
    eventType: Type.String(),
    eventDetails: Type.Object({}, { additionalProperties: true }),
  },
  { title: 'EventObject' },
);

export const EventSummary = Type.Object(
  {
    eventId: Guid,
    eventType: Type.String(),
    source: Type.Enum(['service', 'trigger', 'inbox']),
    isTest: Type.Boolean(),
    subscriptionId: OrNull(Type.String()),
    calendarCode: OrNull(Type.String()),
    createdAt: Time,
  },
  { title: 'EventSummary' },
);
export type EventSummary = Static<typeof EventSummary>;

export const EventResource = Type.Object(
  {
    ...EventSummary.properties,
    event: OrNull(EventObjectShape),
    request: OrNull(
      Type.Object(
        {
          method: Type.String(),
          path: Type.String(),
          query: Type.String(),
          headers: Type.Array(Type.Array(Type.String())),
          bodyBase64: Type.String(),
        },
        { description: 'How it came in at an inbox; null for all other events.' },
      ),
    ),
  },
  { title: 'Event' },
);
export type EventResource = Static<typeof EventResource>;

export const EventPage = Type.Object(
  { events: Type.Array(EventSummary), nextCursor: OrNull(Type.String()) },
  { title: 'EventPage' },
);
export type EventPage = Static<typeof EventPage>;

/** What says which event is to be made. */
const eventToTrigger = {
  eventType: Type.Optional(Type.String({ maxLength: 64, description: 'Makes a sample of this type.' })),
  seed: Type.Optional(Type.Integer({ description: 'The same seed makes the same sample.' })),
  calendarCode: Type.Optional(Type.String({ maxLength: 256, description: 'The calendar of the sample.' })),
  set: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Values to replace in the sample, by path: {"subscription.zipCode": "94110"}.',
    }),
  ),
  event: Type.Optional(
    Type.Object(
      {
        eventId: Type.Optional(Guid),
        eventType: Type.String({ minLength: 1, maxLength: 64 }),
        eventDetails: Type.Object({}, { additionalProperties: true }),
      },
      { description: 'A whole Event Object in place of a sample.' },
    ),
  ),
};

export const EventToTrigger = Type.Object(eventToTrigger, { additionalProperties: false });
export type EventToTrigger = Static<typeof EventToTrigger>;

export const TriggerEvent = Type.Object(
  {
    ...eventToTrigger,
    events: Type.Optional(
      Type.Array(EventToTrigger, {
        minItems: 1,
        maxItems: 1000,
        description:
          'Many events in place of one, in their order, with a body of up to 4 MB. All are kept, or none: what is wrong with one is told with its index.',
      }),
    ),
    to: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Only these webhooks, by id, whatever types they want; one that is off is refused.',
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Answers with the event as it would be sent, and keeps and sends nothing.' }),
    ),
  },
  { additionalProperties: false },
);
export type TriggerEvent = Static<typeof TriggerEvent>;

export const TriggerHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'Any text of your own, 1 to 255 printable ASCII characters. The same call under the same key makes one event, however often it is sent.',
    }),
  ),
});
export type TriggerHeaders = Static<typeof TriggerHeaders>;

export const TriggeredEvent = Type.Object(
  { event: EventObjectShape, notifications: Type.Array(NotificationResource) },
  { title: 'TriggeredEvent' },
);
export type TriggeredEvent = Static<typeof TriggeredEvent>;

export const TriggeredEvents = Type.Object(
  {
    events: Type.Array(
      Type.Object({ eventId: Guid, eventType: Type.String(), notificationIds: Type.Array(Type.String()) }),
      { description: 'In the order of the call.' },
    ),
  },
  { title: 'TriggeredEvents' },
);
export type TriggeredEvents = Static<typeof TriggeredEvents>;

export const TriggerAnswer = Type.Union([TriggeredEvent, TriggeredEvents], {
  description: 'The event with its notifications; for many events, their ids.',
});
export type TriggerAnswer = Static<typeof TriggerAnswer>;

export const EventQuery = Type.Object({
  ...HistoryFilter,
  ...PageQuery,
});
export type EventQuery = Static<typeof EventQuery>;
