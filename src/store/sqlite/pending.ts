import type { DeliveryError } from '../../model/delivery-error.js';
import type { Statements } from './statements.js';

/* What is pending at one webhook, on SQLite: by an index that has nothing else in it. */

export interface PendingNotification {
  readonly row: number;
  readonly id: string;
  /** Null while another of its subscription has the turn. */
  readonly due_at: number | null;
}

/** The one that was made first. */
export function oldestPending(statements: Statements, webhookRow: number): PendingNotification | undefined {
  return statements.row<PendingNotification>(OLDEST, webhookRow);
}

/** How many there are. Counting ends at `atMost`. */
export function countPending(statements: Statements, webhookRow: number, atMost: number): number {
  return statements.row<{ readonly count: number }>(COUNT, webhookRow, atMost)?.count ?? 0;
}

/**
 * Gives all of them up, those in flight included: their outcome is not kept any more.
 *
 * @returns how many
 */
export function giveUpPending(statements: Statements, webhookRow: number, error: DeliveryError, at: number): number {
  return statements.run(GIVE_UP, at, error, webhookRow).changes;
}

/** SQLite would compile them anew for each run if `pending` were a parameter: it is the condition of their index. */
const AT_WEBHOOK = "notifications INDEXED BY notifications_pending WHERE webhook_row = ? AND status = 'pending'";

const OLDEST = `SELECT row, id, due_at FROM ${AT_WEBHOOK} ORDER BY row LIMIT 1`;

const COUNT = `SELECT count(*) AS count FROM (SELECT 1 FROM ${AT_WEBHOOK} LIMIT ? + 0)`;

const GIVE_UP = `
  UPDATE notifications INDEXED BY notifications_pending
  SET status = 'failed', due_at = NULL, finished_at = ?, last_error = ?
  WHERE webhook_row = ? AND status = 'pending'`;
