import type { HeldClaim, HeldClaims } from './held-claims.js';
import { giveBack } from './record.js';
import type { Parameter, Statements } from './statements.js';

/** Claims with what their notifications have that is needed to give them back; a join or a condition may follow. */
export const CLAIMS = `
  SELECT c.row AS token, c.worker, n.row, n.webhook_row, n.order_key, n.due_at
  FROM claims c JOIN notifications n ON n.row = c.notification_row`;

/** Claims as they are in the database, whoever made them. */
export async function readClaims(
  statements: Statements,
  sql: string,
  parameters: readonly Parameter[],
): Promise<readonly HeldClaim[]> {
  const rows = await statements.rows<ClaimRow>(sql, parameters);
  return rows.map(({ token, worker, row, ...rest }) => ({
    ...{ token, worker, row, webhookRow: rest.webhook_row, orderKey: rest.order_key },
    // One that was given up meanwhile has no time, and whoever does not know for which attempt it is needs none.
    ...{ dueAt: rest.due_at ?? 0, attempt: 0 },
  }));
}

/**
 * Gives back those of the claims that this process does not hold.
 *
 * @returns how many
 */
export async function giveBackUnheld(
  statements: Statements,
  claims: readonly HeldClaim[],
  held: HeldClaims,
): Promise<number> {
  const unheld = claims.filter((claim) => !held.has(claim));
  if (unheld.length > 0) await giveBack(statements, unheld);
  return unheld.length;
}

interface ClaimRow {
  readonly token: number;
  readonly worker: string;
  readonly row: number;
  readonly webhook_row: number;
  readonly order_key: string | null;
  readonly due_at: number | null;
}
