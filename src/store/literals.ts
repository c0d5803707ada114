import { sql } from 'kysely';

/*
 * Values that stand in a statement's text. SQLite looks at the value of some parameters when it plans: those of a partial
 * index's condition, and of LIMIT. Such a statement is compiled anew each time it is run, which takes four times as long
 * as running it.
 */

/** The status in the condition of the index `notifications_order`. */
export const PENDING = sql.lit('pending');
export const ONE = sql.lit(1);
