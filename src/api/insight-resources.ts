import {
  bucketsBetween,
  churnOf,
  dayOf,
  growthIn,
  isoDate,
  unitFor,
  bucketOf,
  type BucketUnit,
} from '../model/insight-buckets.js';
import { CalReplyError } from '../errors.js';
import {
  addBalance,
  type Balance,
  type Campaigns,
  type DayCounts,
  type HourCounts,
  type InsightFilter,
  type Tags,
} from '../model/insights.js';
import type { Subscriber } from '../model/subscriber.js';
import { FIRST_TIME } from '../model/subscription-change.js';
import type { TimeZone } from '../model/time-zone.js';
import type { InsightCampaigns, InsightGrowth, InsightTags, InsightTimes, SubscriberResource } from './contract.js';
import { isoTime, isoTimeOrNull } from './resources.js';

/* How insights are written on the wire. */

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** What was asked, and when: what ends now ends on the day of `now`. */
export interface AskedInsight extends InsightFilter {
  readonly zone: TimeZone;
  readonly now: number;
  readonly unit?: BucketUnit | undefined;
}

export function timesResource(asked: AskedInsight, { hours, testsLeftOut }: HourCounts): InsightTimes {
  const most = Math.max(...hours);
  const slot = hours.indexOf(most);
  return {
    ...spanOf(asked),
    testsLeftOut,
    timeZone: asked.zone.name,
    subscribes: hours.reduce((sum, count) => sum + count, 0),
    best: most === 0 ? null : { weekday: WEEKDAYS[Math.floor(slot / 24)] ?? '', hour: slot % 24, subscribes: most },
    weekdays: WEEKDAYS.map((weekday, index) => ({ weekday, hours: hours.slice(index * 24, (index + 1) * 24) })),
  };
}

export function growthResource(asked: AskedInsight, counts: DayCounts): InsightGrowth {
  const { unit, buckets } = bucketsOf(asked, [...counts.days.keys()]);
  const rows = growthIn(buckets, unit, counts);
  const total = sumOf(rows);
  const there = counts.activeBefore + total.subscribes;
  return {
    ...spanOf(asked),
    testsLeftOut: counts.testsLeftOut,
    timeZone: asked.zone.name,
    by: unit,
    ...withNet(total),
    activeBefore: counts.activeBefore,
    active: there - total.unsubscribes,
    churn: churnOf(total.unsubscribes, there),
    rows: rows.map(({ day, active, churn, ...balance }) => ({
      from: isoDate(day),
      ...withNet(balance),
      active,
      churn,
    })),
  };
}

export function campaignsResource(
  asked: AskedInsight & { readonly limit: number },
  { campaigns, total, testsLeftOut }: Campaigns,
): InsightCampaigns {
  const days = campaigns.flatMap((campaign) => [...campaign.days.keys()]);
  const { unit, buckets } = bucketsOf(asked, days);
  const shown = campaigns.slice(0, asked.limit);
  return {
    ...spanOf(asked),
    testsLeftOut,
    timeZone: asked.zone.name,
    by: unit,
    ...withNet(total),
    buckets: buckets.map(isoDate),
    campaigns: shown.map(({ utmSource, utmMedium, utmCampaign, days: counts, ...balance }) => ({
      ...{ utmSource, utmMedium, utmCampaign },
      ...withNet(balance),
      over: overTime(counts, buckets, unit),
    })),
    leftOff: campaigns.length - shown.length,
  };
}

export function tagsResource(
  asked: InsightFilter & { readonly zip: string | undefined; readonly limit: number },
  { tags, total, testsLeftOut }: Tags,
): InsightTags {
  const shown = tags.slice(0, asked.limit);
  return {
    ...spanOf(asked),
    testsLeftOut,
    zip: asked.zip ?? null,
    ...withNet(total),
    tags: shown.map(({ tag, ...balance }) => ({ tag, ...withNet(balance) })),
    leftOff: tags.length - shown.length,
  };
}

export function subscriberResource({ firstSeenAt, lastSeenAt, ...subscriber }: Subscriber): SubscriberResource {
  return {
    ...subscriber,
    calendars: [...subscriber.calendars],
    tags: [...subscriber.tags],
    firstSeenAt: isoTime(firstSeenAt),
    lastSeenAt: isoTime(lastSeenAt),
  };
}

function spanOf({ since, until }: InsightFilter) {
  return { since: isoTimeOrNull(since ?? null), until: isoTimeOrNull(until ?? null) };
}

function withNet({ subscribes, unsubscribes }: Balance) {
  return { subscribes, unsubscribes, net: subscribes - unsubscribes };
}

function sumOf(balances: readonly Balance[]): Balance {
  const sum = { subscribes: 0, unsubscribes: 0 };
  for (const balance of balances) addBalance(sum, balance);
  return sum;
}

/** As many are answered: of days, four years. */
const MOST_BUCKETS = 1_500;

/**
 * From where it was asked from, else where something happened first, to where it was asked to, else to now. Where nothing can
 * have happened there are none.
 *
 * @throws {CalReplyError} InvalidRequest for more than are answered
 */
function bucketsOf({ since, until, now, zone, unit }: AskedInsight, days: readonly number[]) {
  const localDay = (time: number) => {
    const possible = Math.min(Math.max(time, FIRST_TIME), now);
    return dayOf(possible, zone.offsetAt(possible));
  };
  if (days.length === 0 && since === undefined) return { unit: unit ?? 'day', buckets: [] };
  const [least, most] = days.reduce(
    ([low, high], day) => [Math.min(low, day), Math.max(high, day)],
    [Infinity, -Infinity],
  );
  const first = since === undefined ? least : localDay(since);
  const last = Math.max(localDay((until ?? now) - 1), most);
  const chosen = unit ?? unitFor(first, last);
  const buckets = bucketsBetween(first, last, chosen);
  if (buckets.length <= MOST_BUCKETS) return { unit: chosen, buckets };
  throw new CalReplyError('InvalidRequest', `There are ${buckets.length} ${chosen}s from ${isoDate(first)} on.`, {
    hint: `Ask for ${MOST_BUCKETS} at most: count by month, or a shorter time.`,
  });
}

function overTime(days: ReadonlyMap<number, number>, buckets: readonly number[], unit: BucketUnit): number[] {
  const counts = new Map<number, number>();
  for (const [day, count] of days) counts.set(bucketOf(day, unit), (counts.get(bucketOf(day, unit)) ?? 0) + count);
  return buckets.map((bucket) => counts.get(bucket) ?? 0);
}
