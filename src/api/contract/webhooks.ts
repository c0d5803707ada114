import Type, { type Static } from 'typebox';
import { EventTypes } from './event-types.js';
import { EventObjectShape } from './events.js';
import { OrNull, Time } from './shared.js';

/* The URLs that are told of events. */

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
    oldSecretUntil: OrNull(
      Type.String({
        format: 'date-time',
        description: 'After a rotation: until then the old secret signs as well; null when it signs no more.',
      }),
    ),
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

export const RotateSecret = Type.Object(
  { now: Type.Optional(Type.Boolean({ description: 'True: the old secret signs nothing more from this moment on.' })) },
  { additionalProperties: false },
);
export type RotateSecret = Static<typeof RotateSecret>;

export const RotatedSecret = Type.Object(
  {
    ...WebhookResource.properties,
    secret: Type.String({ description: 'The new secret. Shown this once.' }),
  },
  { title: 'RotatedSecret' },
);
export type RotatedSecret = Static<typeof RotatedSecret>;

const Milliseconds = (description: string) => OrNull(Type.Number({ description }));

/** A test says nothing: what is sent is the same each time. */
export const TestWebhook = Type.Object({}, { additionalProperties: false });

export const WebhookTest = Type.Object(
  {
    webhookId: Type.String(),
    url: Type.String(),
    enabled: Type.Boolean({ description: 'A webhook that is off is tested as well.' }),
    event: EventObjectShape,
    notificationId: Type.String({ description: 'It is in the history, and is not tried again.' }),
    remoteAddress: OrNull(Type.String({ description: 'The address that was connected to, or tried.' })),
    status: OrNull(Type.Integer({ description: 'HTTP status of the answer; null when there was none.' })),
    error: OrNull(Type.String({ description: 'Why there was no answer, such as connection_refused.' })),
    systemCode: OrNull(Type.String({ description: 'The system’s own code for that, such as CERT_HAS_EXPIRED.' })),
    answer: OrNull(Type.String({ description: 'The start of the answer.' })),
    location: OrNull(Type.String({ description: 'Where a redirect pointed; it was not followed.' })),
    headers: Type.Array(Type.Array(Type.String()), { description: 'The headers of the answer: name and value.' }),
    timings: Type.Object({
      dnsMs: Milliseconds('To find the addresses of the name; null when the URL has an address.'),
      connectMs: Milliseconds('To connect; null when that failed.'),
      tlsMs: Milliseconds('To agree on encryption; null for http, or when that failed.'),
      firstByteMs: Milliseconds('From the open connection to the head of the answer; null without an answer.'),
      totalMs: Type.Number({ description: 'All of it.' }),
    }),
  },
  { title: 'WebhookTest' },
);
export type WebhookTest = Static<typeof WebhookTest>;
