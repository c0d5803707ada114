import type { ClockJump } from '../delivery-store.js';
import type { Statements } from './statements.js';

/**
 * Nothing is due later than it may be. Who saw the clock of the database jump is not the only one who did, so nobody moves
 * times by as much as it jumped: that would be done as often as there are processes.
 */
export async function moveTimes(statements: Statements, { now, longestWait }: ClockJump): Promise<void> {
  await statements.rows(MAKE_DUE, [now, now + longestWait]);
}

const MAKE_DUE = `
  UPDATE notifications SET due_at = $1, first_attempt_at = NULL WHERE due_at IS NOT NULL AND due_at > $2`;
