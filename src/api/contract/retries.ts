import Type, { type Static } from 'typebox';
import { NotificationResource } from './notifications.js';
import { OrNull } from './shared.js';

/* Sending again what was sent before. */

/** Sends again at most this many notifications in one call. */
export const MOST_RETRIES = 100;

export const RetryNotifications = Type.Object(
  { ids: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: MOST_RETRIES }) },
  { additionalProperties: false },
);
export type RetryNotifications = Static<typeof RetryNotifications>;

export const RefusedRetry = Type.Object(
  {
    id: Type.String(),
    code: Type.String({ description: 'As the code of an error, such as Conflict.' }),
    reason: Type.String({ description: 'A sentence for people.' }),
  },
  { title: 'RefusedRetry' },
);
export type RefusedRetry = Static<typeof RefusedRetry>;

export const RetriedNotifications = Type.Object(
  {
    retried: Type.Array(Type.String(), { description: 'The ids of those that are on their way.' }),
    refused: Type.Array(RefusedRetry),
  },
  { title: 'RetriedNotifications' },
);
export type RetriedNotifications = Static<typeof RetriedNotifications>;

export const ResendEvent = Type.Object(
  {
    to: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Only these webhooks, by id; every enabled one that wants its type when absent.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ResendEvent = Static<typeof ResendEvent>;

export const ResentEvent = Type.Object(
  {
    event: Type.Object({
      eventId: Type.String(),
      eventType: Type.String(),
      eventDetails: OrNull(
        Type.Object({}, { additionalProperties: true, description: 'Null for what came in at an inbox.' }),
      ),
    }),
    notifications: Type.Array(NotificationResource),
  },
  { title: 'ResentEvent' },
);
export type ResentEvent = Static<typeof ResentEvent>;
