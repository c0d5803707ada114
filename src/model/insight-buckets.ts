import { addBalance, type Balance } from './insights.js';

/** Days, weeks from Monday on, or months: what is counted together. */
export const BUCKET_UNITS = ['day', 'week', 'month'] as const;

export type BucketUnit = (typeof BUCKET_UNITS)[number];

/* Days are numbered from 1970-01-01 on, on the clocks of a place, and a bucket goes by the number of its first day. */

/** As many buckets as a line of a picture has room for. */
const MOST_SHOWN = 31;

/** The shortest unit of which so few are enough that a picture has room for them. */
export function unitFor(first: number, last: number): BucketUnit {
  const days = last - first + 1;
  if (days <= MOST_SHOWN) return 'day';
  return days <= MOST_SHOWN * 7 ? 'week' : 'month';
}

/** The bucket that a day is in. */
export function bucketOf(day: number, unit: BucketUnit): number {
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      // 1970-01-01 was a Thursday.
      return day - ((((day + 3) % 7) + 7) % 7);
    case 'month': {
      const date = dateOf(day);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY;
    }
  }
}

/** Every bucket from the one that a day is in to that of another, both included; none when the first is later. */
export function bucketsBetween(first: number, last: number, unit: BucketUnit): readonly number[] {
  const buckets: number[] = [];
  for (let bucket = bucketOf(first, unit); bucket <= last; bucket = bucketOf(bucket + LONGEST[unit], unit)) {
    buckets.push(bucket);
  }

  return buckets;
}

/** The day as `2026-11-23`. */
export function isoDate(day: number): string {
  return dateOf(day).toISOString().slice(0, 10);
}

/** The day that a time is on, where clocks differ from UTC by `offset`. Both in milliseconds. */
export function dayOf(time: number, offset: number): number {
  return Math.floor((time + offset) / DAY);
}

/** One bucket of growth. */
export interface Growth extends Balance {
  /** Its first day. */
  readonly day: number;
  /** How many were subscribed at its end. */
  readonly active: number;
  /** Of those who were subscribed at its beginning or came in it, the share that unsubscribed, 0 to 1; null of nobody. */
  readonly churn: number | null;
}

/** What the counts of days come to by buckets, the empty ones included. */
export function growthIn(
  buckets: readonly number[],
  unit: BucketUnit,
  { days, activeBefore }: { readonly days: ReadonlyMap<number, Balance>; readonly activeBefore: number },
): readonly Growth[] {
  const sums = new Map<number, { subscribes: number; unsubscribes: number }>();
  for (const [day, balance] of days) {
    const bucket = bucketOf(day, unit);
    const sum = sums.get(bucket) ?? { subscribes: 0, unsubscribes: 0 };
    addBalance(sum, balance);
    sums.set(bucket, sum);
  }

  let active = activeBefore;
  return buckets.map((day) => {
    const { subscribes, unsubscribes } = sums.get(day) ?? { subscribes: 0, unsubscribes: 0 };
    const there = active + subscribes;
    active = there - unsubscribes;
    return { day, subscribes, unsubscribes, active, churn: churnOf(unsubscribes, there) };
  });
}

/** The share of those who were there that unsubscribed; null of nobody. */
export function churnOf(unsubscribes: number, there: number): number | null {
  return there > 0 ? unsubscribes / there : null;
}

const DAY = 86_400_000;
/** From the first day of a bucket, so many days on is always in the next one, and never in that after it. */
const LONGEST = { day: 1, week: 7, month: 31 } as const;

function dateOf(day: number): Date {
  return new Date(day * DAY);
}
