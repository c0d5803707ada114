import type { Account, Calendar } from '../model/account.js';
import { isShown, type CalendarEvent } from '../model/calendar-event.js';
import type { SubscriptionEvent } from '../model/subscription-event.js';
import type { Subscription, SubscriptionMethod } from '../model/subscription.js';
import { timeZone } from '../model/time-zone.js';
import type { StoreReads } from '../store/store.js';
import type { SubscriptionResource } from './contract.js';
import { isoTime, isoTimeOrNull } from './resources.js';

/** As many personal events, and entries of the calendar, are told. */
const MOST = 1_000;
/** CalReply's calls write the first one with a capital in it, its webhooks without. */
const TYPES: Readonly<Record<SubscriptionMethod, SubscriptionResource['subscriptionType']>> = {
  Webcal: 'WebCal',
  Google: 'Google',
  Microsoft: 'Microsoft',
};

/** A subscription as CalReply's call to read it tells, with what its calendar shows. */
export async function subscriptionResource(
  store: Pick<StoreReads, 'calendarEvents' | 'subscriptionEventsOf'>,
  account: Account,
  calendar: Calendar,
  { id, method, details, createdAt, isActive, deactivatedAt }: Subscription,
): Promise<SubscriptionResource> {
  const entries = await store.calendarEvents(calendar.id, { limit: MOST });
  const personal = await store.subscriptionEventsOf(id, MOST);
  const of = { merchantId: account.id, accountId: account.id };
  return {
    subscriptionId: id,
    calendar: { id: calendar.id, code: calendar.code, name: calendar.title, image: null },
    tags: (details.tags ?? []).map((tag) => ({ id: tag.id, name: tag.name })),
    timezoneId: details.timezone ?? null,
    subscriptionType: TYPES[method],
    subscriberId: details.subscriberId ?? null,
    emailAddress: details.emailAddress ?? null,
    marketingAllowed: details.marketingAllowed ?? null,
    providerName: details.providerName ?? null,
    channelFinderLineUpId: details.channelFinderLineUpId ?? null,
    channelFinderZipCode: details.zipCode ?? null,
    createdAt: isoTime(createdAt),
    isActive,
    deactivatedDate: isoTimeOrNull(deactivatedAt),
    events: (details.chosenEvents ?? []).flatMap((chosen) => {
      const entry = entries.find((one) => one.id === chosen.id);
      return entry ? [{ ...chosen, name: entry.title, externalId: entry.externalId }] : [];
    }),
    eventsVisibleToSubscription: [
      ...personal.map((event) => ({ ...ofPersonalEvent(event), ...of })),
      ...entries.filter((entry) => isShown(entry, details)).map((entry) => ({ ...ofEntry(entry), ...of })),
    ],
    eventReminderMinutes: details.eventReminderMinutes ?? null,
    allowPromotionalContent: details.allowPromotionalContent ?? null,
    additionalOptIn: details.additionalOptIn ?? null,
    isEventReminderDisabled: details.isEventReminderDisabled ?? null,
  };
}

type Visible = Omit<SubscriptionResource['eventsVisibleToSubscription'][number], 'merchantId' | 'accountId'>;

function ofPersonalEvent({ eventId, details }: SubscriptionEvent): Visible {
  const { title, location, description, timezone, timezoneIanaId, start, end, allDayEvent, notifyBefore } = details;
  const startsAt = timezoneIanaId === null ? null : timeZone(timezoneIanaId).timeOf(start);
  return {
    ...{ title, location, description, subscriptionEventId: eventId, calendarEventId: null, timezone, timezoneIanaId },
    ...{ startDateTime: start, startDateTimeUtc: isoTimeOrNull(startsAt), endDateTime: end },
    ...{ allDayEvent, reminderMinutes: notifyBefore, isSubscriptionEvent: true },
  };
}

function ofEntry(entry: CalendarEvent): Visible {
  const { id, title, location, description, timezone, timezoneIanaId, start, end, startsAt, reminderMinutes } = entry;
  return {
    ...{ title, location, description, subscriptionEventId: null, calendarEventId: id, timezone, timezoneIanaId },
    ...{ startDateTime: start, startDateTimeUtc: isoTime(startsAt), endDateTime: end },
    ...{ allDayEvent: false, reminderMinutes, isSubscriptionEvent: false },
  };
}
