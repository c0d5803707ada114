import { CalReplyError } from '../errors.js';

/** A database that cannot be written to is a passing state, told as such; everything else is what it is. */
export function explained(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  return new CalReplyError(
    'ServiceUnavailable',
    'The service cannot write to its database now. Nothing was kept; try again soon.',
    { cause: error },
  );
}

/**
 * True when the database itself fails, whatever it was asked: a full or failing disk, a file that is gone, read-only or
 * locked by somebody else. By SQLite's primary code, the low byte: the extended ones (an I/O error has thirty) say the same.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { sqliteCode } = error as { readonly sqliteCode?: unknown };
  return typeof sqliteCode === 'number' && PASSING.has(sqliteCode & 0xff);
}

/** https://www.sqlite.org/rescode.html */
const PASSING: ReadonlySet<number> = new Set([
  5, // SQLITE_BUSY
  7, // SQLITE_NOMEM
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  15, // SQLITE_PROTOCOL
]);
