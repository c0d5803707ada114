import type { Account, Calendar } from '../model/account.js';
import { shownBy, type CalendarEvent } from '../model/calendar-event.js';
import type { SubscriptionEvent } from '../model/subscription-event.js';
import type { Subscription, SubscriptionMethod } from '../model/subscription.js';
import { timeZone } from '../model/time-zone.js';
import type { StoreReads } from '../store/store.js';
import type { SubscriptionResource } from './contract.js';
import { isoTime, isoTimeOrNull } from './resources.js';

/** As many personal events, and entries of the calendar, are told. */
const MOST = 200;
/** What began a while ago may go on still, in milliseconds. */
const BEGAN = 86_400_000;
/** CalReply's calls write the first one with a capital in it, its webhooks without. */
const TYPES: Readonly<Record<SubscriptionMethod, SubscriptionResource['subscriptionType']>> = {
  Webcal: 'WebCal',
  Google: 'Google',
  Microsoft: 'Microsoft',
};

/** Subscriptions to one calendar as CalReply's calls to read them tell, with what the calendar shows each from now on. */
export async function subscriptionResources(
  store: Pick<StoreReads, 'calendarEvents' | 'calendarEventsNamed' | 'subscriptionEventsOf'>,
  account: Account,
  calendar: Calendar,
  { subscriptions, now }: { readonly subscriptions: readonly Subscription[]; readonly now: number },
): Promise<SubscriptionResource[]> {
  const entries = await store.calendarEvents(calendar.id, { since: now - BEGAN, limit: MOST });
  const ids = subscriptions.flatMap(({ details }) => (details.chosenEvents ?? []).map(({ id }) => id));
  const chosen = await store.calendarEventsNamed(calendar.id, { ids, externalIds: [] });
  const resources: SubscriptionResource[] = [];
  for (const subscription of subscriptions) {
    const personal = await store.subscriptionEventsOf(subscription.id, MOST);
    resources.push(subscriptionResource(account, calendar, subscription, { entries, chosen, personal }));
  }

  return resources;
}

interface Entries {
  readonly entries: readonly CalendarEvent[];
  readonly chosen: readonly CalendarEvent[];
  readonly personal: readonly SubscriptionEvent[];
}

function subscriptionResource(
  account: Account,
  calendar: Calendar,
  { id, method, details, createdAt, isActive, deactivatedAt }: Subscription,
  { entries, chosen, personal }: Entries,
): SubscriptionResource {
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
    events: (details.chosenEvents ?? []).flatMap((choice) => {
      const entry = chosen.find((one) => one.id === choice.id);
      return entry ? [{ ...choice, name: entry.title, externalId: entry.externalId }] : [];
    }),
    eventsVisibleToSubscription: [
      ...personal.map((event) => ({ ...ofPersonalEvent(event), ...of })),
      ...entries.filter(shownBy(details)).map((entry) => ({ ...ofEntry(entry), ...of })),
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
  const startsAt = timeZone(timezoneIanaId).timeOf(start);
  return {
    ...{ title, location, description, subscriptionEventId: eventId, calendarEventId: null, timezone, timezoneIanaId },
    ...{ startDateTime: start, startDateTimeUtc: isoTime(startsAt), endDateTime: end },
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
