import type { Line } from '../notification-writes.js';
import type { Claims } from './claims.js';
import type { Statements } from './statements.js';

/** Where a notification stands. */
export interface Place extends Line {
  readonly row: number;
}

/**
 * Hands the turn of `last`, which is no longer in flight, to the oldest that is pending. That is `last` itself while it
 * goes on being retried, unless an older one was sent again by hand meanwhile: then `last` waits behind that one.
 *
 * @param dueAt when the oldest is due, if it waited
 */
export function releaseNext(statements: Statements, last: Place, dueAt: number): void {
  const oldest = statements.row<Pending>(OLDEST, last.webhook_row, last.order_key);
  if (!oldest || oldest.row === last.row) return;
  if (oldest.due_at === null) statements.run(MAKE_DUE, dueAt, oldest.row);
  statements.run(LET_WAIT, last.row);
}

/** Settles who has the turn after some of the pending were made due: the one in flight, else the oldest, and nobody else. */
export function restoreOrder(statements: Statements, claims: Claims, line: Line, now: number): void {
  const { webhook_row: webhookRow, order_key: orderKey } = line;
  const due = statements.rows<Pending>(DUE, webhookRow, orderKey);
  const inTurn = due.find(({ row }) => claims.has(row)) ?? statements.row<Pending>(OLDEST, webhookRow, orderKey);
  if (inTurn?.due_at === null) statements.run(MAKE_DUE, now, inTurn.row);
  for (const { row } of due) if (row !== inTurn?.row) statements.run(LET_WAIT, row);
}

interface Pending {
  readonly row: number;
  readonly due_at: number | null;
}

/** SQLite would compile them anew for each run if `pending` were a parameter: it is the condition of their index. */
const PENDING = `
  SELECT row, due_at FROM notifications
  WHERE webhook_row = ? AND order_key = ? AND status = 'pending'`;
const OLDEST = `${PENDING} ORDER BY row LIMIT 1`;
const DUE = `${PENDING} AND due_at IS NOT NULL`;

const MAKE_DUE = 'UPDATE notifications SET due_at = ? WHERE row = ?';

/** The time of its schedule does not pass while it waits: what it waits for may take all of the thirty minutes. */
const LET_WAIT = `
  UPDATE notifications SET due_at = NULL, first_attempt_at = NULL
  WHERE row = ? AND status = 'pending'`;
