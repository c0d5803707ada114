import { CalReplyError } from '../../errors.js';

/** A database that cannot be written to is a passing state, told as such; everything else is what it is. */
export function explained(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  if (error instanceof DiskFailed) {
    return new CalReplyError(
      'ServiceUnavailable',
      'The disk of the service failed to keep what was written. It may be kept or not; the service has to be restarted.',
      { cause: error },
    );
  }

  return new CalReplyError(
    'ServiceUnavailable',
    'The service cannot write to its database now. Nothing was kept; try again soon.',
    { cause: error },
  );
}

/**
 * A commit did not reach the disk. The system may have dropped what it could not write, and would call the next sync a
 * success all the same, so this is for good.
 */
export class DiskFailed extends Error {
  override readonly name = 'DiskFailed';
  /** SQLite's code for a disk that does not write: https://www.sqlite.org/rescode.html#ioerr */
  readonly sqliteCode = 10;

  constructor(cause: unknown) {
    super('disk I/O error: what was written did not reach the disk', { cause });
  }
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
