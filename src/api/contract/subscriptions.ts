import Type, { type Static } from 'typebox';
import { LONGEST_LOOKUP } from '../../model/event-facts.js';
import { Guid, OrNull } from './shared.js';

/* CalReply's own calls. */

const Text = Type.Optional(OrNull(Type.String({ maxLength: 4096 })));
/** Who subscribes, and is looked up by it. */
const Name = Type.Optional(OrNull(Type.String({ maxLength: LONGEST_LOOKUP })));
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
    userName: Name,
    subscriberId: Name,
    emailAddress: Name,
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
