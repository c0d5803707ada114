import { sql, type Kysely } from 'kysely';
import type { HistoryEnds } from '../history-ends.js';
import type { StreamPlace } from '../stream-place.js';
import type { Tables } from '../tables.js';

/** On SQLite rows are numbered in the order of their commits, and units run one after another. */
export function historyEnds(db: Kysely<Tables>): HistoryEnds {
  const lastRow = (table: 'notifications' | 'attempts') =>
    sql<number>`(SELECT coalesce(max(t.row), 0) FROM ${sql.table(table)} t)`;
  const end = (): Promise<StreamPlace> =>
    db
      .selectNoFrom([lastRow('notifications').as('notificationRow'), lastRow('attempts').as('attemptRow')])
      .executeTakeFirstOrThrow();
  return {
    end,
    now: end,
    lockBlock: () => Promise.resolve(),
  };
}
