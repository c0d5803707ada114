import Type, { type Static } from 'typebox';
import { LONGEST_LOOKUP } from '../../model/event-facts.js';
import { Guid, OrNull, Time } from './shared.js';
import { PersonalEvent } from './subscription-events.js';

/* CalReply's own calls. */

const Text = Type.Optional(OrNull(Type.String({ maxLength: 4096 })));
/** Who subscribes, and is looked up by it. */
const Name = Type.Optional(OrNull(Type.String({ maxLength: LONGEST_LOOKUP })));
const Flag = Type.Optional(OrNull(Type.Boolean()));

const CalendarTags = Type.Optional(
  OrNull(
    Type.Array(Type.Object({ internalId: Text, externalId: Text }, { additionalProperties: true }), { maxItems: 100 }),
  ),
);
const EventIds = Type.Optional(OrNull(Type.Array(Type.String({ maxLength: LONGEST_LOOKUP }), { maxItems: 1000 })));

/** What the call to subscribe and the one to update have in common. */
const choices = {
  timeZoneId: Text,
  marketingAllowed: Flag,
  additionalOptIn: Flag,
  allowPromotionalContent: Flag,
  isEventReminderDisabled: Flag,
  eventReminderMinutes: Type.Optional(OrNull(Type.Integer({ minimum: 0 }))),
  requestEventIds: EventIds,
  externalEventIds: EventIds,
};

/** The body of `POST /v2/subscribe/{accountCode}/{calendarCode}`. What CalReply documents and we have no use for may be there. */
export const Subscribe = Type.Object(
  {
    tagId: Text,
    calendarTags: CalendarTags,
    ...choices,
    channelFinderZipCode: Text,
    channelFinderLineUpId: Text,
    providerName: Text,
    networkDevice: Text,
    utmSource: Text,
    utmMedium: Text,
    utmCampaign: Text,
    utmContent: Text,
    urlReferrer: Text,
    userAgent: Text,
    ipAddress: Text,
    redirectTo: Text,
    events: Type.Optional(OrNull(Type.Array(PersonalEvent, { maxItems: 100 }))),
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

/** The body of `PUT /v1/subscription/{subscriptionId}`. What is not named stays. */
export const UpdateSubscription = Type.Object(
  {
    CalendarTags,
    calendarTags: CalendarTags,
    ...choices,
    excludeRequestEventIds: EventIds,
    excludeExternalEventIds: EventIds,
    actionType: Text,
  },
  { additionalProperties: true },
);
export type UpdateSubscription = Static<typeof UpdateSubscription>;

const TextOrNull = OrNull(Type.String());

const VisibleEvent = Type.Object({
  title: Type.String(),
  location: TextOrNull,
  description: TextOrNull,
  subscriptionEventId: TextOrNull,
  calendarEventId: TextOrNull,
  timezone: Type.String(),
  timezoneIanaId: Type.String(),
  startDateTime: Type.String(),
  startDateTimeUtc: Time,
  endDateTime: TextOrNull,
  allDayEvent: Type.Boolean(),
  reminderMinutes: OrNull(Type.Integer()),
  merchantId: Guid,
  accountId: Guid,
  isSubscriptionEvent: Type.Boolean({ description: 'Whether it is a personal event, and not one of the calendar.' }),
});

/** A subscription, as CalReply's call to read it tells. */
export const SubscriptionResource = Type.Object(
  {
    subscriptionId: Guid,
    calendar: Type.Object({ id: Guid, code: Type.String(), name: Type.String(), image: TextOrNull }),
    tags: Type.Array(Type.Object({ id: Guid, name: Type.String() })),
    timezoneId: TextOrNull,
    subscriptionType: Type.Enum(['WebCal', 'Google', 'Microsoft']),
    subscriberId: TextOrNull,
    emailAddress: TextOrNull,
    marketingAllowed: OrNull(Type.Boolean()),
    providerName: TextOrNull,
    channelFinderLineUpId: TextOrNull,
    channelFinderZipCode: TextOrNull,
    createdAt: Time,
    isActive: Type.Boolean(),
    deactivatedDate: OrNull(Time),
    events: Type.Array(
      Type.Object({ id: Guid, name: Type.String(), externalId: TextOrNull, isExcluded: Type.Boolean() }),
      { description: 'Entries of the calendar that were chosen, or chosen not to be had, whatever the tags.' },
    ),
    eventsVisibleToSubscription: Type.Array(VisibleEvent, {
      description: 'At most 200 of each kind; of the calendar those that start from a day ago on.',
    }),
    eventReminderMinutes: OrNull(Type.Integer()),
    allowPromotionalContent: OrNull(Type.Boolean()),
    additionalOptIn: OrNull(Type.Boolean()),
    isEventReminderDisabled: OrNull(Type.Boolean()),
  },
  { title: 'Subscription' },
);
export type SubscriptionResource = Static<typeof SubscriptionResource>;

export const SubscriptionList = Type.Array(SubscriptionResource);
export type SubscriptionList = Static<typeof SubscriptionList>;
