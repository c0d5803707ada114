import { CalReplyError } from '../../errors.js';
import { systemErrorText } from '../../util/system-error-text.js';

/** An address without who logs in and how: `postgres://host:5432/name`. */
export function shownAddress(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `postgres://${host}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}

/** The error for a database that the service cannot start on. */
export function unusableDatabase(url: string, cause: unknown): CalReplyError {
  if (cause instanceof CalReplyError) return cause;
  const code = (cause as { readonly code?: unknown }).code;
  const hint = (typeof code === 'string' && HINTS[code]) || HINT;
  return new CalReplyError(
    'DatabaseUnusable',
    `The database ${shownAddress(url)} cannot be used: ${reasonOf(cause)}.`,
    { cause, hint },
  );
}

/** The error for a database that a newer program brought up to date. */
export function newerDatabase(url: string): CalReplyError {
  return new CalReplyError('DatabaseUnusable', `The database ${shownAddress(url)} is that of a newer calreply.`, {
    hint: 'Install the newest calreply, or name another database.',
  });
}

/** The error for a database that a service is being moved to. */
export function halfMoved(url: string): CalReplyError {
  return new CalReplyError('DatabaseUnusable', `A service is being moved to the database ${shownAddress(url)}.`, {
    hint: 'Wait until that is done. If it was broken off, go on with it: calreply migrate, with the same --from and --to',
  });
}

const HINT = 'Check the address, and that PostgreSQL runs there and takes connections from here.';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const HINTS: Readonly<Record<string, string>> = {
  '28000': 'Check the user, and what pg_hba.conf lets in.',
  '28P01': 'Check the password: PGPASSWORD, ~/.pgpass, or in the address in CALREPLY_DATABASE_URL.',
  '3D000': 'Make it first, with: createdb NAME',
  '42501': 'Its user has to own the database: CREATE DATABASE name OWNER user',
  '42P07': 'It has tables of something else. Give the service a database of its own: createdb NAME',
};

function reasonOf(cause: unknown): string {
  // Of several addresses of one host, each failed for a reason.
  const first = cause instanceof AggregateError ? (cause.errors as unknown[])[0] : cause;
  return systemErrorText(first).replace(/\.$/, '');
}
