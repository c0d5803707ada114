import { CLAIMS, giveBackUnheld, readClaims } from './claim-rows.js';
import type { HeldClaims } from './held-claims.js';
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
  const claims = await readClaims(statements, CLAIMS_OF, [ended.map(({ id }) => id)]);
  await giveBack(statements, claims);
  return claims.length;
}

/**
 * Gives back what a worker claimed and knows nothing of: the connection broke before it was told. To be called while it claims
 * nothing.
 *
 * @returns how many
 */
export async function giveBackUnknown(unit: Statements, worker: string, held: HeldClaims): Promise<number> {
  return giveBackUnheld(unit, await readClaims(unit, CLAIMS_OF, [[worker]]), held);
}

const END_LEASES = 'DELETE FROM workers WHERE until < $1 RETURNING id';

const CLAIMS_OF = `${CLAIMS} WHERE c.worker = ANY ($1::text[])`;
