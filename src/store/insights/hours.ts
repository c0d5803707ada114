import { sql, type Kysely } from 'kysely';
import type { HourCounts } from '../../model/insights.js';
import type { InsightStore } from '../insight-store.js';
import type { Tables } from '../tables.js';
import { periodsIn, testsLeftOut } from './counted.js';
import { windows } from './windows.js';

const HOUR = sql.lit(3_600_000);
const HOURS_A_WEEK = 168;
/** 1970 began on a Thursday, the week begins on a Monday. */
const FIRST_HOUR = 3 * 24;

/** How many subscribed in each hour of the week. */
export async function subscribesByHour(
  db: Kysely<Tables>,
  query: Parameters<InsightStore['subscribesByHour']>[0],
): Promise<HourCounts> {
  const hours = new Array<number>(HOURS_A_WEEK).fill(0);
  for await (const window of windows(db, 'subscribed_at', query)) {
    const groups = await periodsIn(db, 'subscribed_at', window, query)
      .select(({ fn }) => [
        sql<number>`(subscribed_at + ${window.offset}) / ${HOUR} % ${sql.lit(HOURS_A_WEEK)}`.as('hour'),
        fn.countAll<number>().as('count'),
      ])
      .groupBy('hour')
      .execute();
    for (const { hour, count } of groups) {
      const place = (hour + FIRST_HOUR) % HOURS_A_WEEK;
      hours[place] = (hours[place] ?? 0) + count;
    }
  }

  return { hours, testsLeftOut: await testsLeftOut(db, query) };
}
