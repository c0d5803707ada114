import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import type { InsightQuery } from '../insight-store.js';
import type { Tables } from '../tables.js';
import type { PeriodTime, Window } from './windows.js';

/** The periods of a window that a query is about. */
export function periodsIn(db: Kysely<Tables>, time: PeriodTime, { from, to }: Window, query: InsightQuery) {
  return periodsOf(db, query).where(time, '>=', from).where(time, '<', to);
}

/** The periods that a query is about, of whatever time. */
export function periodsOf(db: Kysely<Tables>, { accountId, calendarCode, withTests = false }: InsightQuery) {
  let periods = db.selectFrom('subscription_periods').where('account_id', '=', accountId);
  if (calendarCode !== undefined) periods = periods.where('calendar_code', '=', calendarCode);
  return withTests ? periods : periods.where('is_test', '=', NO_TEST);
}

const NO_TEST = sql.lit(0);
const TEST = sql.lit(1);
/** Counting ends there. */
const MOST_TESTS = 1_000;

/**
 * How many periods a query leaves out because triggered events told of them; counting ends at a thousand.
 *
 * @param fits which of them the query is about beside that
 */
export async function testsLeftOut(
  db: Kysely<Tables>,
  query: InsightQuery,
  fits: Expression<SqlBool> = sql<SqlBool>`1 = 1`,
): Promise<number> {
  const { accountId, calendarCode, since, until, withTests = false } = query;
  if (withTests) return 0;
  let tests = db
    .selectFrom('subscription_periods')
    .select('row')
    // As in the index that has tests only: the one of all periods would look as good, and has all to be read.
    .where(sql`(account_id || '')`, '=', accountId)
    .where('is_test', '=', TEST)
    .where('subscribed_at', '>=', since ?? 0)
    .where(fits);
  if (until !== undefined) tests = tests.where('subscribed_at', '<', until);
  if (calendarCode !== undefined) tests = tests.where('calendar_code', '=', calendarCode);
  const { count } = await db
    .selectFrom(tests.limit(sql.lit(MOST_TESTS)).as('tests'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Whether there is any period of a calendar, tests included. */
export async function tellsOfCalendar(db: Kysely<Tables>, accountId: string, code: string): Promise<boolean> {
  const found = await db
    .selectFrom('subscription_periods')
    .select('row')
    .where('account_id', '=', accountId)
    .where('calendar_code', '=', code)
    .limit(sql.lit(1))
    .execute();
  return found.length > 0;
}
