import { closeSync, constants, existsSync, fdatasync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { CalReplyError, systemErrorCode } from '../../errors.js';
import { folderInUse, makePrivate, prepareFolder, unusableFolder, writeOwner } from '../data-folder.js';
import { withoutNul } from '../kept-text.js';
import type { Parameter, Statements, Written } from './statements.js';
import { DiskFailed } from './unavailable.js';

/**
 * Opens the SQLite database of a data folder, and makes both where they are missing.
 *
 * The folder belongs to one process at a time: SQLite's own exclusive lock holds as long as the process lives, however
 * it ends, so no stale lock is left behind by `kill -9`. The file `service.pid` only serves to name the owner.
 *
 * @param say is told what was put right: a sentence for people
 * @throws {CalReplyError} DataFolderInUse when another process has it, DataFolderUnusable when it cannot be used
 */
export function openSqlite(dataDir: string, say: (text: string) => void = () => {}): SqliteConnection {
  const file = join(dataDir, 'calreply.db');
  let database: Database | undefined;
  try {
    prepareFolder(dataDir);
    // The database has e-mail addresses. SQLite gives its log, and what else it writes, the same rights.
    makePrivate(file, say);
    if (existsSync(`${file}-wal`)) makePrivate(`${file}-wal`, say);
    database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 1000 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    for (const setting of SETTINGS) database.exec(`PRAGMA ${setting}`);
    database.exec('BEGIN IMMEDIATE; COMMIT');
    writeOwner(dataDir);
    return new SqliteConnection(database, `${file}-wal`);
  } catch (error) {
    database?.close();
    if (error instanceof CalReplyError) throw error;
    throw isBusy(error) ? folderInUse(dataDir, error) : unusableFolder(dataDir, error);
  }
}

const SETTINGS = [
  // A commit itself does not wait for the disk: `sync` does, without keeping the process waiting.
  'synchronous = NORMAL',
  // In KiB. Ids are spread over their index, so that each new one finds its page in memory and not on the disk.
  'cache_size = -16384',
  // A savepoint keeps the pages as they were; in a file they would be written twice.
  'temp_store = MEMORY',
] as const;

/**
 * An open database: what Kysely asks of one, and the straight way for what each event takes, where building and compiling
 * a statement anew would take longer than running it.
 */
export class SqliteConnection implements SqliteDatabase, Statements {
  readonly #database: Database;
  readonly #walFile: string;
  readonly #statements = new Map<string, Prepared>();
  readonly #wal: number;

  constructor(database: Database, walFile: string) {
    this.#database = database;
    this.#walFile = walFile;
    // From the start on: Linux tells a file that is opened later nothing of what failed before. SQLite finds it empty.
    this.#wal = openSync(walFile, constants.O_RDWR | constants.O_CREAT, 0o644);
  }

  prepare(sql: string): SqliteStatement {
    return this.#prepared(sql);
  }

  rows<Row>(sql: string, ...parameters: readonly Parameter[]): Row[] {
    return this.#prepared(sql).all(parameters) as Row[];
  }

  row<Row>(sql: string, ...parameters: readonly Parameter[]): Row | undefined {
    return this.#prepared(sql).get(parameters) as Row | undefined;
  }

  run(sql: string, ...parameters: readonly Parameter[]): Written {
    const { changes, lastInsertRowid } = this.#prepared(sql).run(parameters);
    return { changes: Number(changes), row: Number(lastInsertRowid) };
  }

  /**
   * Resolves when everything that was committed before survives a power cut: with `synchronous=NORMAL` it is in the
   * write-ahead log, and what is missing is that the disk has it (sqlite.org/pragma.html#pragma_synchronous).
   */
  async sync(): Promise<void> {
    try {
      await syncFile(this.#wal);
      // Somebody removed the folder: what is written to a file without a name is gone with this process.
      if (fstatSync(this.#wal).nlink === 0) throw new Error(`${this.#walFile} was removed`);
    } catch (cause) {
      throw new DiskFailed(cause);
    }
  }

  close(): void {
    this.#statements.clear();
    closeSync(this.#wal);
    releaseLock(this.#database);
    this.#database.close();
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    const prepared: Prepared = {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters.map(withoutNul)) as unknown[],
      get: (parameters) => statement.get(...parameters.map(withoutNul)) as unknown,
      run: (parameters) => statement.run(...parameters.map(withoutNul)),
      iterate: (parameters) => statement.iterate(...parameters.map(withoutNul)) as IterableIterator<unknown>,
    };
    // Some do their work when they are compiled: a second run would do nothing.
    if (sql.startsWith('PRAGMA')) return prepared;
    // Lists of values make new texts without end, so the cache starts over rather than grow.
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

const syncFile = promisify(fdatasync);

/** A statement, compiled once. */
interface Prepared extends SqliteStatement {
  readonly get: (parameters: readonly unknown[]) => unknown;
}

const MOST_STATEMENTS = 500;

type Database = InstanceType<typeof DatabaseSync>;

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
