import Type, { type Static } from 'typebox';
import { BLOCKS, NOTIFICATION_STATUSES } from '../../model/notification.js';
import { HistoryFilter } from './history-filter.js';
import { Guid, OrNull, PageQuery, Time } from './shared.js';

/* The notification history. */

export const NotificationResource = Type.Object(
  {
    id: Type.String(),
    eventId: Guid,
    eventType: Type.String(),
    isTest: Type.Boolean(),
    webhookId: Type.String(),
    webhookUrl: Type.String(),
    status: Type.Enum([...NOTIFICATION_STATUSES]),
    blockedBy: OrNull(
      Type.Enum([...BLOCKS], {
        description:
          'What keeps it from being sent now, or from being sent again: its webhook is off, or was removed, or belongs to a listener that is not connected. Null when nothing does. As it is when it is told, also in the stream.',
      }),
    ),
    attemptCount: Type.Integer(),
    lastStatus: OrNull(Type.Integer({ description: 'HTTP status of the last answer.' })),
    lastError: OrNull(Type.String({ description: 'Why the last attempt had no answer.' })),
    subscriptionId: OrNull(Type.String()),
    calendarCode: OrNull(Type.String()),
    createdAt: Time,
    nextAttemptAt: OrNull(Time),
    finishedAt: OrNull(Time),
  },
  { title: 'Notification' },
);
export type NotificationResource = Static<typeof NotificationResource>;

export const AttemptResource = Type.Object(
  {
    number: Type.Integer(),
    startedAt: Time,
    durationMs: Type.Integer(),
    status: OrNull(Type.Integer()),
    error: OrNull(Type.String()),
    answer: OrNull(Type.String({ description: 'The start of the answer.' })),
    location: OrNull(Type.String({ description: 'Where a redirect pointed; it was not followed.' })),
  },
  { title: 'Attempt' },
);
export type AttemptResource = Static<typeof AttemptResource>;

export const NotificationDetails = Type.Object(
  { ...NotificationResource.properties, attempts: Type.Array(AttemptResource) },
  { title: 'NotificationDetails' },
);
export type NotificationDetails = Static<typeof NotificationDetails>;

export const NotificationPage = Type.Object(
  { notifications: Type.Array(NotificationResource), nextCursor: OrNull(Type.String()) },
  { title: 'NotificationPage' },
);
export type NotificationPage = Static<typeof NotificationPage>;

export const AttemptEntry = Type.Object(
  { notification: NotificationResource, attempt: AttemptResource },
  { title: 'AttemptEntry', description: 'An attempt, and the notification as this attempt left it.' },
);
export type AttemptEntry = Static<typeof AttemptEntry>;

/** A line of the stream of the history. On the wire `type` is the event’s name and the rest its data. */
export type StreamEntry =
  | { readonly type: 'notification'; readonly notification: NotificationResource }
  | ({ readonly type: 'attempt' } & AttemptEntry);

export const NotificationQuery = Type.Object({
  ...HistoryFilter,
  ...PageQuery,
  status: Type.Optional(Type.Enum([...NOTIFICATION_STATUSES])),
  webhook: Type.Optional(Type.String({ maxLength: 64, description: 'A webhook id.' })),
  event: Type.Optional(Type.String({ maxLength: 64, description: 'An eventId.' })),
});
export type NotificationQuery = Static<typeof NotificationQuery>;

export const NotificationStreamQuery = Type.Object({
  ...Type.Omit(NotificationQuery, ['until', 'limit', 'cursor']).properties,
  last: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'Starts with the last so many entries that fit.' }),
  ),
});
export type NotificationStreamQuery = Static<typeof NotificationStreamQuery>;
