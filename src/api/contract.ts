import Type, { type Static, type TSchema } from 'typebox';
import { EVENT_TYPES } from '../model/event-types.js';
import { LISTENER_NAME } from '../model/listener.js';
import { NOTIFICATION_STATUSES } from '../model/notification.js';

/*
 * What travels over the HTTP wire, for both ends: schemas for the service (validation, OpenAPI) and, derived from them,
 * types for the client. Names are CalReply's where it has one. Times are ISO 8601 in UTC.
 */

/** Our own calls stand under this path; CalReply's keep the paths it documents. */
export const API = '/v1';

const Guid = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const ErrorAnswer = Type.Object(
  {
    Code: Type.String({ description: 'For programs, such as NotFound.' }),
    Reason: Type.String({ description: 'A sentence for people.' }),
  },
  { title: 'Error' },
);

// Accounts

export const TagResource = Type.Object({ id: Guid, name: Type.String(), externalId: Type.String() });

export const CalendarResource = Type.Object({
  id: Guid,
  title: Type.String(),
  code: Type.String(),
  tags: Type.Array(TagResource),
});

export const AccountResource = Type.Object(
  { id: Guid, name: Type.String(), code: Type.String(), calendars: Type.Array(CalendarResource) },
  { title: 'Account' },
);
export type AccountResource = Static<typeof AccountResource>;

// Webhooks

const EventTypeName = Type.Enum([...EVENT_TYPES]);

const EventTypes = Type.Array(EventTypeName, {
  maxItems: EVENT_TYPES.length,
  description: 'The types it is told of; empty for every type.',
});

const CustomHeaders = Type.Record(Type.String(), Type.String({ maxLength: 4096 }), {
  maxProperties: 20,
  description: 'Headers of your own, sent with every notification.',
});

export const WebhookResource = Type.Object(
  {
    id: Type.String(),
    url: Type.String({ description: 'listener:<name> for the webhook of a listener.' }),
    eventTypes: EventTypes,
    headers: CustomHeaders,
    enabled: Type.Boolean(),
    disabledReason: OrNull(Type.String()),
    listenerId: OrNull(Type.String()),
    createdAt: Time,
  },
  { title: 'Webhook' },
);
export type WebhookResource = Static<typeof WebhookResource>;

export const CreatedWebhook = Type.Object(
  {
    ...WebhookResource.properties,
    secret: Type.String({ description: 'Verifies the signatures (Standard Webhooks). Shown this once.' }),
  },
  { title: 'CreatedWebhook' },
);
export type CreatedWebhook = Static<typeof CreatedWebhook>;

export const CreateWebhook = Type.Object({
  url: Type.String({ minLength: 1, maxLength: 2048 }),
  eventTypes: Type.Optional(EventTypes),
  headers: Type.Optional(CustomHeaders),
  enabled: Type.Optional(Type.Boolean()),
});
export type CreateWebhook = Static<typeof CreateWebhook>;

export const ChangeWebhook = Type.Partial(CreateWebhook);
export type ChangeWebhook = Static<typeof ChangeWebhook>;

export const WebhookList = Type.Object({ webhooks: Type.Array(WebhookResource) }, { title: 'WebhookList' });
export type WebhookList = Static<typeof WebhookList>;

// Events

export const EventTypeList = Type.Object(
  { eventTypes: Type.Array(Type.Object({ type: EventTypeName, trigger: Type.String() })) },
  { title: 'EventTypeList' },
);
export type EventTypeList = Static<typeof EventTypeList>;

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

export const TriggerEvent = Type.Object(
  {
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
    to: Type.Optional(Type.String({ maxLength: 64, description: 'Only this webhook, by id.' })),
  },
  { additionalProperties: false },
);
export type TriggerEvent = Static<typeof TriggerEvent>;

// Notifications

export const NotificationResource = Type.Object(
  {
    id: Type.String(),
    eventId: Guid,
    eventType: Type.String(),
    isTest: Type.Boolean(),
    webhookId: Type.String(),
    webhookUrl: Type.String(),
    status: Type.Enum([...NOTIFICATION_STATUSES]),
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

export const TriggeredEvent = Type.Object(
  { event: EventObjectShape, notifications: Type.Array(NotificationResource) },
  { title: 'TriggeredEvent' },
);
export type TriggeredEvent = Static<typeof TriggeredEvent>;

const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 64, description: 'nextCursor of the page before.' })),
};

export const EventQuery = Type.Object({
  type: Type.Optional(Type.String({ maxLength: 64 })),
  calendar: Type.Optional(Type.String({ maxLength: 256, description: 'A calendar code.' })),
  subscription: Type.Optional(Type.String({ maxLength: 64, description: 'A calendarSubscriptionId.' })),
  since: Type.Optional(Type.String({ format: 'date-time' })),
  until: Type.Optional(Type.String({ format: 'date-time' })),
  ...PageQuery,
});
export type EventQuery = Static<typeof EventQuery>;

export const NotificationQuery = Type.Object({
  ...EventQuery.properties,
  status: Type.Optional(Type.Enum([...NOTIFICATION_STATUSES])),
  webhook: Type.Optional(Type.String({ maxLength: 64, description: 'A webhook id.' })),
  event: Type.Optional(Type.String({ maxLength: 64, description: 'An eventId.' })),
});
export type NotificationQuery = Static<typeof NotificationQuery>;

// Listeners

export const OpenListener = Type.Object({
  name: Type.String({
    pattern: LISTENER_NAME,
    description: 'Names your place: a listener of this name is taken up again.',
  }),
  eventTypes: Type.Optional(EventTypes),
});
export type OpenListener = Static<typeof OpenListener>;

export const ListenerResource = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    webhookId: Type.String(),
    connected: Type.Boolean(),
    inboxUrl: Type.String({ description: 'Whatever is POSTed here reaches the local app byte for byte.' }),
    createdAt: Time,
  },
  { title: 'Listener' },
);
export type ListenerResource = Static<typeof ListenerResource>;

export const OpenedListener = Type.Object(
  {
    ...ListenerResource.properties,
    eventTypes: EventTypes,
    tunnelUrl: Type.String({ description: 'The WebSocket to connect to; see docs/tunnel-protocol.md.' }),
    secret: Type.String({ description: 'Verifies the signatures of what the tunnel brings.' }),
  },
  { title: 'OpenedListener' },
);
export type OpenedListener = Static<typeof OpenedListener>;

export const ListenerList = Type.Object({ listeners: Type.Array(ListenerResource) }, { title: 'ListenerList' });
export type ListenerList = Static<typeof ListenerList>;

/** What a sender is told whose request came in at an inbox. */
export const InboxAnswer = Type.Object({ eventId: Guid, notificationId: Type.String() }, { title: 'InboxAnswer' });

// The service

export const HealthAnswer = Type.Object(
  { status: Type.Literal('ok'), service: Type.Literal('calreply'), version: Type.String() },
  { title: 'Health' },
);

// OAuth 2

/** RFC 6749, section 5.1. */
export const TokenAnswer = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.String(),
    expires_in: Type.Integer({ description: 'Seconds.' }),
    refresh_token: Type.Optional(Type.String()),
  },
  { title: 'Token' },
);
export type TokenAnswer = Static<typeof TokenAnswer>;

/** A refused token request: RFC 6749, section 5.2, and our error model beside it. */
export const TokenErrorAnswer = Type.Object(
  { error: Type.String(), error_description: Type.String(), ...ErrorAnswer.properties },
  { title: 'TokenError' },
);

// CalReply's own calls

const Text = Type.Optional(OrNull(Type.String({ maxLength: 4096 })));
const Flag = Type.Optional(OrNull(Type.Boolean()));

/** The body of `POST /v2/subscribe/{accountCode}/{calendarCode}`. What CalReply documents and we have no use for may be there. */
export const Subscribe = Type.Object(
  {
    tagId: Text,
    calendarTags: Type.Optional(
      OrNull(
        Type.Array(Type.Object({ internalId: Text, externalId: Text }, { additionalProperties: true }), {
          maxItems: 100,
        }),
      ),
    ),
    timeZoneId: Text,
    marketingAllowed: Flag,
    additionalOptIn: Flag,
    channelFinderZipCode: Text,
    networkDevice: Text,
    utmSource: Text,
    utmMedium: Text,
    utmCampaign: Text,
    utmContent: Text,
    urlReferrer: Text,
    userAgent: Text,
    ipAddress: Text,
    redirectTo: Text,
    userName: Text,
    subscriberId: Text,
    emailAddress: Text,
    subscriptionMethod: Type.Optional(
      OrNull(
        Type.Union([Type.Integer(), Type.String({ maxLength: 32 })], {
          description: '0 Webcal, 1 Google, 2 Microsoft.',
        }),
      ),
    ),
    actionType: Text,
  },
  { additionalProperties: true },
);
export type Subscribe = Static<typeof Subscribe>;

export const Subscribed = Type.Object(
  {
    subscriptionId: Guid,
    subscriptionUrl: Type.String(),
    username: Type.String(),
    password: OrNull(Type.String()),
    isNewSubscription: Type.Boolean(),
    subscriberId: OrNull(Type.String()),
    redirectTo: OrNull(Type.String()),
  },
  { title: 'Subscribed' },
);
export type Subscribed = Static<typeof Subscribed>;

/** The body of `DELETE /v1/subscription/{accountCode}/{calendarCode}`: `id`, or all of `userName`. */
export const Unsubscribe = Type.Object(
  { userName: Text, id: Text, unsubscribeReasonText: Text, actionType: Text },
  { additionalProperties: true },
);
export type Unsubscribe = Static<typeof Unsubscribe>;
