/*
 * How rows that come and go fast are found.
 *
 * What the database knows of a table, it learned at some moment, and mostly at an idle one, in which nothing was due and
 * nothing claimed. Then any way to such rows looks as good as any other, and it may pick one that reads all of them for each.
 * So these conditions are written such that one index serves them and no other does: neither by its columns, nor by what is
 * in it at all. Of a partial index whose condition holds, the database may always read everything.
 */

/**
 * That a column has a value, by which rows can only be looked up in an index on it. Plain equality would let an index be read
 * from end to end as well, for the order it is in.
 */
export function isAt(column: string, value: string): string {
  return `${column} = ANY (ARRAY[${value}])`;
}

/** A number in a condition that no index is to be used for. */
export function unindexed(column: string): string {
  return `${column} + 0`;
}

/** The webhook of a notification, in the indexes of what is due and of what is pending. */
export function indexedWebhook(notification: string): string {
  return `(${notification}.webhook_row + 0)`;
}

/** The line that a notification stands in, in the indexes of lines; null for one that need not stand in any. */
export function indexedLine(notification: string): string {
  return `(${notification}.webhook_row::text || ' ' || ${notification}.order_key)`;
}

/** That it stands in its line still, in the index of those that do. */
export function isInLine(notification: string): string {
  return `(${notification}.status || '') = 'pending'`;
}

/** That it has a time, in the indexes of what is due. */
export function hasTime(notification: string): string {
  return `${notification}.due_at >= 0`;
}

/** That it has the turn in its line. */
export function hasTurn(notification: string): string {
  return `${unindexed(`${notification}.due_at`)} >= 0`;
}

/** That no process has claimed it. */
export function isUnclaimed(notification: string): string {
  return `NOT EXISTS (SELECT 1 FROM claims c WHERE ${isAt('c.notification_row', `${notification}.row`)})`;
}
