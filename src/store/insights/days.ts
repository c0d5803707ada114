import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Balance, DayCounts } from '../../model/insights.js';
import type { InsightQuery, InsightStore } from '../insight-store.js';
import type { Tables } from '../tables.js';
import { periodsIn, periodsOf, testsLeftOut } from './counted.js';
import { windows, type PeriodTime, type Window } from './windows.js';

const DAY = sql.lit(86_400_000);

/** On which day it was on the clocks of a place, by days since 1970. */
export function localDay(time: PeriodTime, { offset }: Window): RawBuilder<number> {
  return sql<number>`(${sql.ref(time)} + ${offset}) / ${DAY}`;
}

/** How many subscribed and unsubscribed on each day, and how many were subscribed before. */
export async function balanceByDay(
  db: Kysely<Tables>,
  query: Parameters<InsightStore['balanceByDay']>[0],
): Promise<DayCounts> {
  const subscribes = await countByDay(db, 'subscribed_at', query);
  const unsubscribes = await countByDay(db, 'ended_at', query);
  const days = new Map<number, Balance>();
  for (const day of [...new Set([...subscribes.keys(), ...unsubscribes.keys()])].sort((a, b) => a - b)) {
    days.set(day, { subscribes: subscribes.get(day) ?? 0, unsubscribes: unsubscribes.get(day) ?? 0 });
  }

  return { days, activeBefore: await activeBefore(db, query), testsLeftOut: await testsLeftOut(db, query) };
}

async function countByDay(
  db: Kysely<Tables>,
  time: PeriodTime,
  query: Parameters<InsightStore['balanceByDay']>[0],
): Promise<ReadonlyMap<number, number>> {
  const days = new Map<number, number>();
  for await (const window of windows(db, time, query)) {
    const groups = await periodsIn(db, time, window, query)
      .select(({ fn }) => [localDay(time, window).as('day'), fn.countAll<number>().as('count')])
      .groupBy('day')
      .execute();
    for (const { day, count } of groups) days.set(day, (days.get(day) ?? 0) + count);
  }

  return days;
}

/** How many were subscribed when the time that is asked for began. Who only was told to end was there before. */
async function activeBefore(
  db: Kysely<Tables>,
  { since, ...query }: Parameters<InsightStore['balanceByDay']>[0],
): Promise<number> {
  let active = await unknownStarts(db, query, since ?? 0);
  if (since === undefined) return active;
  for await (const window of windows(db, 'subscribed_at', { ...query, until: since })) {
    const { count } = await periodsIn(db, 'subscribed_at', window, query)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where((of) => of.or([of('ended_at', 'is', null), of('ended_at', '>=', since)]))
      .executeTakeFirstOrThrow();
    active += count;
  }

  return active;
}

/** How many periods of which nobody knows when they began went on at a time. They are few. */
async function unknownStarts(db: Kysely<Tables>, query: InsightQuery, time: number): Promise<number> {
  const { count } = await periodsOf(db, query)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('subscribed_at', 'is', null)
    .where((of) => of.or([of('ended_at', 'is', null), of('ended_at', '>=', time)]))
    .executeTakeFirstOrThrow();
  return count;
}
