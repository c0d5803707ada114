import { sql, type RawBuilder } from 'kysely';

/*
 * Values that stand in a statement's text. SQLite looks at the value of some parameters when it plans: those of a partial
 * index's condition, and of LIMIT. Such a statement is compiled anew each time it is run, which takes four times as long
 * as running it.
 */

/** The status in the condition of the index `notifications_order`. */
export const PENDING = sql.lit('pending');
export const ONE = sql.lit(1);

/** A column of text that no index is used for, since it is not quite that column: the database starts elsewhere. */
export function unindexed(column: 'n.account_id' | 'w.id' | 'status'): RawBuilder<string> {
  return sql<string>`(${sql.ref(column)} || '')`;
}

/** The same for a row. */
export function unindexedRow(column: 'n.row'): RawBuilder<number> {
  return sql<number>`(${sql.ref(column)} + 0)`;
}
