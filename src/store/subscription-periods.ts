import type { Selectable } from 'kysely';
import { NO_FACTS, type SubscriberFacts } from '../model/subscription-change.js';
import { subscriberKey, type SubscriptionPeriod } from '../model/subscription-period.js';
import type { Tables } from './tables.js';

export type PeriodRow = Selectable<Tables['subscription_periods']>;

/** Every column but `row`, in the order in which they are written. */
export const PERIOD_COLUMNS = [
  ...(['account_id', 'subscription_id', 'is_test', 'number', 'subscribed_at', 'renewed_at', 'ended_at'] as const),
  ...(['told_at', 'subscriber', 'calendar_code', 'zip_code', 'utm_source', 'utm_medium', 'utm_campaign'] as const),
  ...(['tags', 'details'] as const),
] as const;

/** Whose period it is: what triggered events tell is kept apart from what happened. */
export interface PeriodOwner {
  readonly accountId: string;
  readonly isTest: boolean;
}

/** A period as its columns; `row` is the database's. */
export function periodColumns(period: SubscriptionPeriod, { accountId, isTest }: PeriodOwner): Omit<PeriodRow, 'row'> {
  const { calendarCode, zipCode, utmSource, utmMedium, utmCampaign, tags, ...details } = period.facts;
  return {
    account_id: accountId,
    subscription_id: period.subscriptionId,
    is_test: isTest ? 1 : 0,
    number: period.number,
    subscribed_at: period.subscribedAt,
    renewed_at: period.renewedAt,
    ended_at: period.endedAt,
    told_at: period.toldAt,
    subscriber: subscriberKey(period),
    calendar_code: calendarCode,
    zip_code: zipCode,
    utm_source: utmSource,
    utm_medium: utmMedium,
    utm_campaign: utmCampaign,
    tags: tags && JSON.stringify(tags),
    details: JSON.stringify(details),
  };
}

export function toPeriod(row: PeriodRow): SubscriptionPeriod {
  return {
    subscriptionId: row.subscription_id,
    number: row.number,
    subscribedAt: row.subscribed_at,
    renewedAt: row.renewed_at,
    endedAt: row.ended_at,
    toldAt: row.told_at,
    facts: {
      // Of who unsubscribed long ago they are gone: see `removal.ts`.
      ...NO_FACTS,
      ...(JSON.parse(row.details) as Partial<Details>),
      calendarCode: row.calendar_code,
      zipCode: row.zip_code,
      utmSource: row.utm_source,
      utmMedium: row.utm_medium,
      utmCampaign: row.utm_campaign,
      tags: row.tags === null ? null : (JSON.parse(row.tags) as string[]),
    },
  };
}

/** What is kept as JSON: nothing is counted or looked up by it. */
type Details = Omit<SubscriberFacts, 'calendarCode' | 'zipCode' | 'utmSource' | 'utmMedium' | 'utmCampaign' | 'tags'>;
