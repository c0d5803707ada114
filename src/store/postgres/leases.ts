import type { HeldClaim, HeldClaims } from './held-claims.js';
import { giveBack } from './record.js';
import type { Statements } from './statements.js';

/* How long the claims of a process hold. Times are the database's: see `database-clock.ts`. */

/** Lengthens the lease of a worker, and with it each of its claims. One whose lease was taken away has no claims any more. */
export async function renewClaims(statements: Statements, worker: string, until: number): Promise<void> {
  await statements.rows('UPDATE workers SET until = $2 WHERE id = $1', [worker, until]);
}

/**
 * Takes the claims of those away whose lease ran out, so that they are due as they were.
 *
 * @param now undefined for those of everybody
 * @returns how many
 */
export async function freeClaims(statements: Statements, now: number | undefined): Promise<number> {
  const ended = await statements.rows<{ readonly id: string }>(END_LEASES, [now ?? Number.MAX_SAFE_INTEGER]);
  if (ended.length === 0) return 0;
  // Whoever claims holds its lease locked, so what it claimed meanwhile is seen here.
  const claims = await statements.rows<FreedRow>(CLAIMS_OF, [ended.map(({ id }) => id)]);
  await giveBack(statements, claims.map(toClaim));
  return claims.length;
}

/**
 * Gives back what a worker claimed and knows nothing of: the connection broke before it was told. To be called while it claims
 * nothing.
 *
 * @returns how many
 */
export async function giveBackUnknown(unit: Statements, worker: string, held: HeldClaims): Promise<number> {
  const unknown = (await unit.rows<FreedRow>(CLAIMS_OF, [[worker]])).map(toClaim).filter((claim) => !held.has(claim));
  if (unknown.length > 0) await giveBack(unit, unknown);
  return unknown.length;
}

function toClaim({ token, worker, row, ...rest }: FreedRow): HeldClaim {
  return {
    token,
    worker,
    row,
    webhookRow: rest.webhook_row,
    orderKey: rest.order_key,
    dueAt: rest.due_at ?? 0,
    attempt: 0,
  };
}

interface FreedRow {
  readonly token: number;
  readonly worker: string;
  readonly row: number;
  readonly webhook_row: number;
  readonly order_key: string | null;
  readonly due_at: number | null;
}

const END_LEASES = 'DELETE FROM workers WHERE until < $1 RETURNING id';

const CLAIMS_OF = `
  SELECT c.row AS token, c.worker, n.row, n.webhook_row, n.order_key, n.due_at
  FROM claims c JOIN notifications n ON n.row = c.notification_row
  WHERE c.worker = ANY ($1::text[])`;
