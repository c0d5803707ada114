import type { Tag } from './account.js';

/** The values CalReply's webhooks print. Its subscribe call takes a number: the place in this list. */
export const SUBSCRIPTION_METHODS = ['Webcal', 'Google', 'Microsoft'] as const;

export type SubscriptionMethod = (typeof SUBSCRIPTION_METHODS)[number];

/** One person's subscription to one calendar. */
export interface Subscription {
  /** GUID: `subscriptionId` in CalReply's calls, `calendarSubscriptionId` in its webhooks. */
  readonly id: string;
  readonly calendarId: string;
  /** The id of the person in a third party's system; generated when none was given. */
  readonly username: string;
  readonly method: SubscriptionMethod;
  readonly actionType: string;
  readonly details: SubscriptionDetails;
  readonly isActive: boolean;
  readonly createdAt: number;
  readonly deactivatedAt: number | null;
}

/** What a subscriber chose and may take back: nothing is known of it then, and events tell it as null. */
export const CLEARABLE = ['marketingAllowed', 'additionalOptIn', 'timezone'] as const;

export type Clearable = (typeof CLEARABLE)[number];

/** The `actionType` of what a call does that does not say how it came about. */
export const VIA_WEB_API = 'SubscriptionViaWebApi';

/** What is known of a subscriber. Whatever was not given is absent. */
export interface SubscriptionDetails {
  readonly tags?: readonly Pick<Tag, 'id' | 'name'>[];
  readonly subscriberId?: string;
  readonly emailAddress?: string;
  readonly marketingAllowed?: boolean;
  readonly additionalOptIn?: boolean;
  /** A Windows time zone id, as everywhere in CalReply's calls, such as `Eastern Standard Time`. */
  readonly timezone?: string;
  readonly zipCode?: string;
  readonly deviceName?: string;
  readonly source?: string;
  readonly utmSource?: string;
  readonly utmMedium?: string;
  readonly utmCampaign?: string;
  readonly utmContent?: string;
  readonly urlReferrer?: string;
  readonly ipAddress?: string;
  readonly countryCode?: string;
  readonly geoCountry?: string;
  readonly userAgent?: string;
  /** From here on: what CalReply's call to read a subscription tells, and its webhooks do not. */
  readonly providerName?: string;
  readonly channelFinderLineUpId?: string;
  readonly allowPromotionalContent?: boolean;
  readonly isEventReminderDisabled?: boolean;
  /** Minutes. */
  readonly eventReminderMinutes?: number;
  /** Entries of the calendar that were asked for, or asked not to have, beside those that the tags select. */
  readonly chosenEvents?: readonly ChosenEvent[];
}

/** An entry of the calendar that a subscription has, or has not, whatever its tags. */
export interface ChosenEvent {
  readonly id: string;
  readonly isExcluded: boolean;
}
