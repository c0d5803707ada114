import Type, { type Static } from 'typebox';
import { EventTypes } from './event-types.js';
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
    oldSecretUntil: OrNull(
      Type.String({ format: 'date-time', description: 'Until then both sign; null when the old one signs no more.' }),
    ),
  },
  { title: 'RotatedSecret' },
);
export type RotatedSecret = Static<typeof RotatedSecret>;
