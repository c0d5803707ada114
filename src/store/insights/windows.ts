import { sql, type Kysely } from 'kysely';
import type { TimeZone } from '../../model/time-zone.js';
import type { InsightQuery } from '../insight-store.js';
import type { Tables } from '../tables.js';

/** When a period began, or when it ended. */
export type PeriodTime = 'subscribed_at' | 'ended_at';

/** A stretch of time with some thousand periods in it, in which the clocks of a place are not changed. */
export interface Window {
  /** Milliseconds since 1970; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** What is to be added to UTC there, in milliseconds. */
  readonly offset: number;
}

/** So many are counted at once, some 10 ms; after each window the rest of the service, which shares the process, has its turn. */
const PERIODS_AT_ONCE = 10_000;

/** Cuts the time that a query asks for into windows, oldest first. */
export async function* windows(
  db: Kysely<Tables>,
  time: PeriodTime,
  { accountId, since, until, signal, zone }: InsightQuery & { readonly zone?: TimeZone | undefined },
): AsyncGenerator<Window, void> {
  const ends = await firstAndLast(db, time, accountId);
  if (!ends) return;
  const [first, end] = [Math.max(ends.first, since ?? -Infinity), Math.min(ends.last + 1, until ?? Infinity)];
  const stretches = zone ? zone.stretches(first, end) : [{ from: first, to: end, offset: 0 }];
  for (const { from: start, to, offset } of stretches) {
    for (let from = start; from < to;) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      const next = Math.min(await timeAfter(db, time, accountId, from), to);
      yield { from, to: next, offset };
      from = next;
    }
  }
}

/** The time up to which there are as many periods as are counted at once. All of one millisecond are counted together. */
async function timeAfter(db: Kysely<Tables>, time: PeriodTime, accountId: string, from: number): Promise<number> {
  const row = await db
    .selectFrom('subscription_periods')
    .select(time)
    .where('account_id', '=', accountId)
    .where(time, '>=', from)
    .orderBy(time)
    .limit(sql.lit(1))
    .offset(sql.lit(PERIODS_AT_ONCE))
    .executeTakeFirst();
  return Math.max(row?.[time] ?? Infinity, from + 1);
}

async function firstAndLast(db: Kysely<Tables>, time: PeriodTime, accountId: string) {
  const one = (direction: 'asc' | 'desc') =>
    db
      .selectFrom('subscription_periods')
      .select(time)
      .where('account_id', '=', accountId)
      .where(time, 'is not', null)
      .orderBy(time, direction)
      .limit(sql.lit(1))
      .executeTakeFirst();
  const [first, last] = [(await one('asc'))?.[time] ?? null, (await one('desc'))?.[time] ?? null];
  return first === null || last === null ? undefined : { first, last };
}
