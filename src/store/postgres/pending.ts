import type { DeliveryError } from '../../model/delivery-error.js';
import { indexedWebhook } from './lookups.js';
import type { Statements } from './statements.js';

/* What is pending at one webhook, on PostgreSQL. */

/** How many there are. Counting ends at `atMost`. */
export async function countPending(statements: Statements, webhookRow: number, atMost: number): Promise<number> {
  const [row] = await statements.rows<{ readonly count: number }>(COUNT, [webhookRow, atMost]);
  return row?.count ?? 0;
}

/**
 * Gives all of them up, those in flight included: their outcome is not kept any more.
 *
 * @returns how many
 */
export async function giveUpPending(
  statements: Statements,
  webhookRow: number,
  error: DeliveryError,
  at: number,
): Promise<number> {
  const [row] = await statements.rows<{ readonly count: number }>(GIVE_UP, [webhookRow, at, error]);
  return row?.count ?? 0;
}

const COUNT = `
  SELECT count(*) AS count FROM (
    SELECT 1 FROM notifications n WHERE ${indexedWebhook('n')} = $1 AND n.status = 'pending' LIMIT $2
  ) pending`;

const GIVE_UP = `
  WITH given_up AS (
    UPDATE notifications n SET status = 'failed', due_at = NULL, finished_at = $2, last_error = $3
    WHERE ${indexedWebhook('n')} = $1 AND n.status = 'pending' RETURNING 1
  )
  SELECT count(*) AS count FROM given_up`;
