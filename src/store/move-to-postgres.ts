import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql, Kysely } from 'kysely';
import { CalReplyError } from '../errors.js';
import { newerFolder, unusableFolder } from './data-folder.js';
import { migrate } from './migrate.js';
import { PostgresConnection } from './postgres/connection.js';
import { shownAddress, unusableDatabase } from './postgres/database-errors.js';
import { migratePostgres } from './postgres/migrate.js';
import type { Unit } from './postgres/transaction.js';
import { openSqlite } from './sqlite/connection.js';
import { Dialect } from './sqlite/dialect.js';
import { migrations } from './sqlite/migrations/index.js';
import type { Tables } from './tables.js';

/** The tables that are moved, those that others point at first. What is counted of the history is counted anew. */
export const MOVED_TABLES = [
  ...(['accounts', 'clients', 'tokens', 'calendars', 'tags', 'subscriptions', 'webhooks', 'listeners'] as const),
  ...(['events', 'notifications', 'attempts', 'idempotency_keys'] as const),
  ...(['subscription_periods', 'events_to_fold'] as const),
  ...(['calendar_events', 'subscription_events', 'attached_events'] as const),
] as const;

export type MovedTable = (typeof MOVED_TABLES)[number];

/** How many rows each table has. */
export type MovedCounts = Readonly<Record<MovedTable, number>>;

export interface MoveProgress {
  /** How many rows there are to move, and how many are there now, those of an earlier try included. */
  readonly total: number;
  readonly moved: number;
}

/** Rows of one write: of events, some megabytes. */
const BATCH = 1_000;
/** Counting a long history takes its time, in milliseconds. */
const ANSWER_LIMIT = 600_000;
/** A statement takes no more parameters than this: https://www.postgresql.org/docs/current/limits.html */
const MOST_PARAMETERS = 65_535;

/**
 * Copies everything that a service keeps in a data folder to a PostgreSQL with nothing in it, and checks that all of it came.
 * Secrets stay sealed with the key that they are sealed with. The folder is only read, but for tables that an older program
 * made.
 *
 * Rows keep their numbers and go in their order, so a move that was broken off goes on behind the last that came. Until it is
 * done, no service starts on that database.
 *
 * @returns how many rows each table has now
 * @throws {CalReplyError} NotFound, DataFolderInUse, DataFolderUnusable, DatabaseUnusable
 */
export async function* moveToPostgres(dataDir: string, url: string): AsyncGenerator<MoveProgress, MovedCounts> {
  const from = await openSource(dataDir);
  try {
    const to = await openTarget(url, await sourceOf(from, dataDir));
    try {
      const counts = await countsOf(from);
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      let moved = 0;
      for (const table of MOVED_TABLES) {
        for await (const count of copied(from, to, table)) {
          moved += count;
          yield { total, moved };
        }
      }

      await finish(to, counts, url);
      return counts;
    } catch (error) {
      throw unusableDatabase(url, error);
    } finally {
      await to.close();
    }
  } finally {
    await from.destroy();
  }
}

async function openSource(dataDir: string): Promise<Kysely<Tables>> {
  if (!existsSync(join(dataDir, 'calreply.db'))) {
    throw new CalReplyError('NotFound', `No service has used the data folder ${dataDir}.`, {
      hint: 'Name the folder of the service in --from, such as sqlite:/var/lib/calreply',
    });
  }

  const db = new Kysely<Tables>({ dialect: new Dialect(openSqlite(dataDir)) });
  try {
    await migrate(db, { migrations, newer: () => newerFolder(dataDir) });
    return db;
  } catch (error) {
    await db.destroy();
    throw error instanceof CalReplyError ? error : unusableFolder(dataDir, error);
  }
}

/** What is moved. */
interface Source {
  /** Its first account, of which there is no other. */
  readonly account: string;
  /** Another one when a service changed something since. */
  readonly state: string;
}

async function sourceOf(from: Kysely<Tables>, dataDir: string): Promise<Source> {
  const first = await from.selectFrom('accounts').select('id').orderBy('row').executeTakeFirst();
  const { rows } = await sql`
    SELECT (SELECT count(*) FROM attempts) AS attempts, (SELECT max(row) FROM attempts) AS last_attempt,
      (SELECT max(row) FROM events) AS last_event, (SELECT max(finished_at) FROM notifications) AS last_end,
      (SELECT count(*) FROM notifications WHERE status = 'pending') AS pending,
      (SELECT max(changed_at) FROM calendar_events) AS last_entry, (SELECT count(*) FROM calendar_events) AS entries,
      (SELECT group_concat(headers || secret || enabled || url) FROM webhooks) AS webhooks`.execute(from);
  const state = createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 16);
  if (first) return { account: first.id, state };
  throw new CalReplyError('NotFound', `The data folder ${dataDir} has no account in it: there is nothing to move.`);
}

/** @throws {CalReplyError} DatabaseUnusable for one with something else in it */
async function openTarget(url: string, { account, state }: Source): Promise<PostgresConnection> {
  const to = new PostgresConnection(url, { answerLimit: ANSWER_LIMIT });
  try {
    await migratePostgres(url);
    const [known] = await to.rows<{ readonly source: string; readonly is_done: boolean }>('SELECT * FROM moves');
    const source = `${account} ${state}`;
    if (known?.source.startsWith(account) && known.is_done) {
      throw refused(url, 'has all of it already', 'Serve from it: calreply serve --database …');
    }

    if (known?.source.startsWith(account)) {
      if (known.source === source) return to;
      // A service changed what was copied already: all of it goes again.
      await to.rows(`TRUNCATE ${MOVED_TABLES.join(', ')} CASCADE`);
      await to.rows('UPDATE moves SET source = $1', [source]);
      return to;
    }

    const used = await to.rows('SELECT 1 FROM accounts LIMIT 1');
    if (known || used.length > 0) {
      throw refused(url, 'has something else in it', 'Name a database with nothing in it: createdb NAME');
    }

    await to.rows('INSERT INTO moves (row, source, is_done) VALUES (1, $1, false)', [source]);
    return to;
  } catch (error) {
    await to.close();
    throw unusableDatabase(url, error);
  }
}

function refused(url: string, why: string, hint: string): CalReplyError {
  return new CalReplyError('DatabaseUnusable', `The database ${shownAddress(url)} ${why}.`, { hint });
}

/** Copies a table from behind the last row that came; tells how many rows each step is about. */
async function* copied(from: Kysely<Tables>, to: PostgresConnection, table: MovedTable): AsyncGenerator<number, void> {
  const [last] = await to.rows<{ readonly row: number; readonly count: number }>(
    `SELECT coalesce(max(row), 0) AS row, count(*) AS count FROM ${table}`,
  );
  let after = last?.row ?? 0;
  yield last?.count ?? 0;
  for (;;) {
    const rows = await from
      .selectFrom(table)
      .selectAll()
      .where('row', '>', after)
      .orderBy('row')
      .limit(BATCH)
      .execute();
    const end = rows.at(-1);
    if (!end) return;
    // What is lost with the server's memory is copied again.
    await to.transaction((unit) => insert(unit, table, rows), { mayBeLost: true });
    after = end.row;
    yield rows.length;
  }
}

async function insert(unit: Unit, table: MovedTable, rows: readonly { readonly row: number }[]): Promise<void> {
  const { db } = unit;
  const most = Math.floor(MOST_PARAMETERS / Object.keys(rows[0] ?? {}).length);
  for (let start = 0; start < rows.length; start += most) {
    await db
      .insertInto(table)
      .values(rows.slice(start, start + most))
      .execute();
  }
}

/** Checks that everything came, lets rows be numbered behind what came, and lets services start. */
async function finish(to: PostgresConnection, counts: MovedCounts, url: string): Promise<void> {
  const come = await countsOf(to.db);
  for (const table of MOVED_TABLES) {
    if (come[table] === counts[table]) continue;
    const text = `has ${come[table].toLocaleString('en')} of ${counts[table].toLocaleString('en')} ${table}`;
    throw refused(url, text, 'Somebody else wrote to it. Begin anew with an empty database.');
  }

  await to.transaction(async (unit) => {
    for (const table of MOVED_TABLES) {
      await unit.rows(`SELECT setval(pg_get_serial_sequence('${table}', 'row'), greatest(max(row), 1)) FROM ${table}`);
    }

    await unit.rows('UPDATE moves SET is_done = true');
  });
}

async function countsOf(db: Kysely<Tables>): Promise<MovedCounts> {
  const counts: Partial<Record<MovedTable, number>> = {};
  for (const table of MOVED_TABLES) {
    const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM ${sql.table(table)}`.execute(db);
    counts[table] = rows[0]?.count ?? 0;
  }

  return counts as MovedCounts;
}
