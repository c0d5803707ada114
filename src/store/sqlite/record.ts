import type { Attempt } from '../../model/notification.js';
import type { Claim } from './claims.js';
import type { AttemptRecord } from '../delivery-store.js';
import { releaseNext } from './order.js';
import type { Statements } from './statements.js';

/**
 * Keeps the outcome of an attempt, and what becomes of its notification.
 *
 * @returns false when nobody waits for it any more, as the webhook was removed: then nothing is kept
 */
export function recordAttempt(statements: Statements, { row, webhookRow }: Claim, record: AttemptRecord): boolean {
  const { attempt, next, disableWebhook } = record;
  const pending = pendingAt(statements, row);
  if (!pending) return false;
  const { number, startedAt, durationMs, status, error } = attempt;
  const finishedAt = startedAt + durationMs;
  const [dueAt, finished] = next.status === 'pending' ? [next.dueAt, null] : [null, finishedAt];
  statements.run(FINISH, next.status, dueAt, number, startedAt, status, error, finished, row);
  insertAttempt(statements, row, attempt);
  if (pending.order_key !== null) {
    releaseNext(statements, { row, webhook_row: webhookRow, order_key: pending.order_key }, finishedAt);
  }

  if (disableWebhook !== undefined) statements.run(TURN_OFF, disableWebhook, webhookRow);
  return true;
}

export function insertAttempt(statements: Statements, notificationRow: number, attempt: Attempt): void {
  const { number, startedAt, durationMs, status, error, answer, location } = attempt;
  statements.run(INSERT_ATTEMPT, notificationRow, number, startedAt, durationMs, status, error, answer, location);
}

/** What goes back unattempted has its turn again, in its place, unless an older one was sent again while it was in flight. */
export function giveBack(statements: Statements, { row, webhookRow }: Claim): void {
  const pending = pendingAt(statements, row);
  if (!pending) return;
  const { order_key: orderKey, due_at: dueAt } = pending;
  if (orderKey !== null && dueAt !== null) {
    releaseNext(statements, { row, webhook_row: webhookRow, order_key: orderKey }, dueAt);
  }
}

function pendingAt(statements: Statements, row: number) {
  return statements.row<{ readonly order_key: string | null; readonly due_at: number | null }>(PENDING, row);
}

const PENDING = "SELECT order_key, due_at FROM notifications WHERE row = ? AND status = 'pending'";

const FINISH = `
  UPDATE notifications
  SET status = ?, due_at = ?, attempt_count = ?, first_attempt_at = coalesce(first_attempt_at, ?),
    last_status = ?, last_error = ?, finished_at = ?
  WHERE row = ?`;

const INSERT_ATTEMPT = `
  INSERT INTO attempts (notification_row, number, started_at, duration_ms, status, error, answer, location)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const TURN_OFF = 'UPDATE webhooks SET enabled = 0, disabled_reason = ? WHERE row = ?';
