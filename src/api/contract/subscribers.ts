import Type, { type Static } from 'typebox';
import { OrNull, Time } from './shared.js';

/* Who subscribed, as events tell of them. */

const Text = OrNull(Type.String());
const Flag = OrNull(Type.Boolean({ description: 'Null when no event told.' }));

export const SubscriberResource = Type.Object(
  {
    subscriberEmail: Text,
    subscriberId: Text,
    isActive: Type.Boolean({ description: 'Whether they are subscribed to a calendar now.' }),
    marketingAllowed: Flag,
    additionalOptIn: Flag,
    calendars: Type.Array(Type.String(), {
      description: 'The codes of those they are subscribed to; of those they were, when they are to none.',
    }),
    tags: Type.Array(Type.String(), { description: 'What they chose there, by name.' }),
    subscriptions: Type.Integer({ description: 'How many they have or had.' }),
    zipCode: Text,
    timezone: Text,
    countryCode: Text,
    utmSource: Text,
    utmMedium: Text,
    utmCampaign: OrNull(Type.String({ description: 'How they came the first time.' })),
    firstSeenAt: Time,
    lastSeenAt: Time,
  },
  { title: 'Subscriber' },
);
export type SubscriberResource = Static<typeof SubscriberResource>;

export const SubscriberPage = Type.Object(
  {
    subscribers: Type.Array(SubscriberResource),
    nextCursor: OrNull(
      Type.String({ description: 'Null on the last page. A page may be empty, and still not be the last.' }),
    ),
  },
  { title: 'SubscriberPage' },
);
export type SubscriberPage = Static<typeof SubscriberPage>;

export const SubscriberQuery = Type.Object({
  calendar: Type.Optional(Type.String({ maxLength: 4096, description: 'A calendar code.' })),
  optedIn: Type.Optional(Type.Boolean({ default: false, description: 'Only who allowed marketing.' })),
  all: Type.Optional(Type.Boolean({ default: false, description: 'Also who unsubscribed from everything.' })),
  includeTests: Type.Optional(
    Type.Boolean({ default: false, description: 'Also those that triggered events tell of.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 4096, description: 'nextCursor of the page before.' })),
});
export type SubscriberQuery = Static<typeof SubscriberQuery>;
