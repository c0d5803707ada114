import { CalReplyError } from '../../errors.js';

/* What fails when a database is far away, and what it means. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */

/** Something else came in between; the same unit, begun anew, sees what that was. */
export class StartOver extends Error {
  override readonly name = 'StartOver';
}

/** The connection broke while a unit was being committed: it is kept or it is not. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** True when a unit that was rolled back may go through if it is begun anew. */
export function isWorthStartingOver(error: unknown): boolean {
  return error instanceof StartOver || AGAIN.has(codeOf(error) ?? '');
}

const AGAIN: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '23505', // unique_violation: it was not there when the unit looked
]);

/** True when a statement was asked for by a name that this connection does not know, or knows already. */
export function isUnknownName(error: unknown): boolean {
  return ['26000', '42P05'].includes(codeOf(error) ?? '');
}

/** True when the database itself cannot be used now, whatever it was asked. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof OutcomeUnknown || error instanceof StartOver) return true;
  const code = codeOf(error);
  if (code !== undefined) return PASSING_CODES.has(code) || PASSING_CLASSES.has(code.slice(0, 2)) || AGAIN.has(code);
  return PASSING_TEXTS.test(error.message);
}

/** An unavailable database as what it is for a caller: a passing state. Everything else is what it is. */
export function explained(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  const kept = error instanceof OutcomeUnknown ? 'It may be kept or not' : 'Nothing was kept';
  const reason = `The service cannot use its database now. ${kept}; try again soon.`;
  return new CalReplyError('ServiceUnavailable', reason, { cause: error });
}

const PASSING_CLASSES: ReadonlySet<string> = new Set([
  '08', // connection exceptions
  '53', // insufficient resources: a full disk, too many connections
  '57', // operator intervention: a restart, a statement that took too long
  '58', // the system below it fails
]);

const PASSING_CODES: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction: a standby, until it is promoted
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '55P03', // lock_not_available
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What node-postgres says without a code. */
const PASSING_TEXTS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|The server does not support SSL)/;

function codeOf(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
