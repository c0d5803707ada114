import type { Kysely } from 'kysely';
import type { InsightStore } from '../insight-store.js';
import type { Tables } from '../tables.js';
import { campaigns } from './campaigns.js';
import { tellsOfCalendar } from './counted.js';
import { balanceByDay } from './days.js';
import { subscribesByHour } from './hours.js';
import { subscribers } from './subscribers.js';
import { tags } from './tags.js';

/**
 * What the data says, the same on every database.
 *
 * @param on reads from the database
 * @param fold folds what was accepted up to now
 */
export function insightReads(
  on: <T>(read: (db: Kysely<Tables>) => Promise<T>) => Promise<T>,
  fold: () => AsyncIterable<unknown>,
): InsightStore {
  /** So that whoever was answered that an event is accepted sees it here. */
  const folded =
    <Query extends { readonly signal?: AbortSignal | undefined }, Result>(
      read: (db: Kysely<Tables>, query: Query) => Promise<Result>,
    ) =>
    async (query: Query): Promise<Result> => {
      for await (const _ of fold()) query.signal?.throwIfAborted();
      return on((db) => read(db, query));
    };
  return {
    subscribesByHour: folded(subscribesByHour),
    balanceByDay: folded(balanceByDay),
    campaigns: folded(campaigns),
    tags: folded(tags),
    subscribers: folded(subscribers),
    tellsOfCalendar: (accountId, code) => on((db) => tellsOfCalendar(db, accountId, code)),
  };
}
