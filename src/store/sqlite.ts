import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { CalReplyError, systemErrorCode } from '../errors.js';
import { makeFolder } from '../util/make-folder.js';
import { systemErrorText } from '../util/system-error-text.js';

/**
 * Opens the SQLite database of a data folder, and makes both where they are missing.
 *
 * The folder belongs to one process at a time: SQLite's own exclusive lock holds as long as the process lives, however
 * it ends, so no stale lock is left behind by `kill -9`. The file `service.pid` only serves to name the owner.
 *
 * @throws {CalReplyError} DataFolderInUse when another process has it, DataFolderUnusable when it cannot be used
 */
export function openSqlite(dataDir: string): SqliteDatabase {
  const pidFile = join(dataDir, 'service.pid');
  let database: Database | undefined;
  try {
    makeFolder(dataDir);
    database = new DatabaseSync(join(dataDir, 'calreply.db'), { enableForeignKeyConstraints: true, timeout: 1000 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    // FULL: an accepted event survives a power cut, not only the end of the process.
    database.exec('PRAGMA synchronous = FULL');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    database?.close();
    throw isBusy(error) ? inUse(dataDir, pidFile, error) : unusableFolder(dataDir, error);
  }

  return new CachedStatements(database);
}

/** What Kysely asks of a SQLite library, with each statement compiled once. */
class CachedStatements implements SqliteDatabase {
  readonly #database: Database;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: Database) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    const adapted: SqliteStatement = {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters.map(bindable)) as unknown[],
      run: (parameters) => statement.run(...parameters.map(bindable)),
      iterate: (parameters) => statement.iterate(...parameters.map(bindable)) as IterableIterator<unknown>,
    };
    // Some do their work when they are compiled: a second run would do nothing.
    if (sql.startsWith('PRAGMA')) return adapted;
    // Lists of values make new texts without end, so the cache starts over rather than grow.
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, adapted);
    return adapted;
  }

  close(): void {
    this.#statements.clear();
    releaseLock(this.#database);
    this.#database.close();
  }
}

const MOST_STATEMENTS = 500;

type Database = InstanceType<typeof DatabaseSync>;

/** The library cuts a text at NUL. It is kept as U+FFFD instead, as half a surrogate pair is. */
function bindable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

/**
 * The library cannot end statements before they are garbage, and until then SQLite keeps a closed connection, with its
 * lock. The lock ends by leaving WAL, then exclusive mode, and then using the database once.
 */
function releaseLock(database: Database): void {
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    database.exec('PRAGMA locking_mode = NORMAL');
    database.exec('SELECT count(*) FROM sqlite_schema');
  } catch {
    // A full disk: everything is kept in the WAL, and the lock ends with the process.
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && /database is locked|SQLITE_BUSY/i.test(`${error.message} ${systemErrorCode(error) ?? ''}`)
  );
}

function inUse(dataDir: string, pidFile: string, cause: unknown): CalReplyError {
  const owner = readOwner(pidFile);
  return new CalReplyError('DataFolderInUse', `The data folder ${dataDir} is in use by another service${owner}.`, {
    cause,
    hint: 'Use the one that runs, stop it, or choose another folder with --data-dir.',
  });
}

function readOwner(pidFile: string): string {
  try {
    return ` (process ${readFileSync(pidFile, 'utf8').trim()})`;
  } catch {
    return '';
  }
}

/** The error for a folder in which no database can be kept. */
export function unusableFolder(dataDir: string, cause: unknown): CalReplyError {
  return new CalReplyError(
    'DataFolderUnusable',
    `The data folder ${dataDir} cannot be used: ${systemErrorText(cause)}.`,
    {
      cause,
      hint: 'Check that the folder exists, is yours and has space left, or choose another with --data-dir.',
    },
  );
}
