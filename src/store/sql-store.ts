import { Kysely, Migrator, SqliteAdapter, SqliteDialect, type Migration } from 'kysely';
import { CalReplyError } from '../errors.js';
import { accountReads, accountWrites } from './accounts.js';
import { claimSqlite } from './claim-sqlite.js';
import { deliveryWrites } from './deliveries.js';
import { eventReads, eventWrites } from './events.js';
import { countHistory } from './history-blocks.js';
import { idempotencyKeyReads, idempotencyKeyWrites } from './idempotency-keys.js';
import { migrations } from './migrations/index.js';
import { notificationReads } from './notifications.js';
import { removeOld } from './removal.js';
import { retryWrites } from './retries.js';
import { openSqlite } from './sqlite.js';
import { statisticsReads } from './statistics.js';
import type { Store, StoreTransaction } from './store.js';
import { streamReads } from './stream.js';
import { subscriptionReads, subscriptionWrites } from './subscriptions.js';
import type { Tables } from './tables.js';
import { webhookTestWrites } from './webhook-tests.js';
import { webhookReads, webhookWrites } from './webhooks.js';
import { WriteQueue } from './write-queue.js';

/**
 * The store on SQLite, in a data folder of its own.
 *
 * @throws {CalReplyError} DataFolderInUse, DataFolderUnusable
 */
export async function openSqliteStore(dataDir: string): Promise<Store> {
  const database = openSqlite(dataDir);
  const db = new Kysely<Tables>({ dialect: new Dialect({ database }) });
  try {
    await migrate(db, dataDir);
    const store = sqlStore(db);
    // Nobody else can hold this folder, so what was in flight when the last owner ended is free again.
    await store.freeClaims();
    return store;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** SQLite can take back a CREATE TABLE, whatever Kysely says: a migration that was cut short leaves nothing behind. */
class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new Adapter();
  }
}

class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

async function migrate(db: Kysely<Tables>, dataDir: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations as Record<string, Migration>) },
  });
  const newer = (await migrator.getMigrations()).length < (await appliedMigrations(db));
  if (newer) {
    throw new CalReplyError('DataFolderUnusable', `The data folder ${dataDir} was written by a newer calreply.`, {
      hint: 'Install the newest calreply, or choose another folder with --data-dir.',
    });
  }

  const { error } = await migrator.migrateToLatest();
  if (error) throw error as Error;
}

async function appliedMigrations(db: Kysely<Tables>): Promise<number> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return 0;
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.length;
}

function sqlStore(db: Kysely<Tables>): Store {
  const queue = new WriteQueue(db);
  const listeners = new Set<() => void>();
  const write = async <T>(work: (unit: Kysely<Tables>) => Promise<T>, options?: { lasting: boolean }): Promise<T> => {
    try {
      const result = await queue.run(work, options);
      if (options?.lasting !== false) for (const tell of listeners) tell();
      return result;
    } catch (error) {
      throw explained(error);
    }
  };

  // Claims end with the process, and are freed when the next one opens the database: no power cut matters to them.
  const passing = { lasting: false };

  return {
    ...reads(db),
    write: (work) => write((unit) => work(transaction(unit))),
    claim: (request) => write((unit) => claimSqlite(unit, request), passing),
    recordAttempt: (record) => write((unit) => deliveryWrites(unit).recordAttempt(record)),
    releaseClaim: (claim, id) => write((unit) => deliveryWrites(unit).releaseClaim(claim, id), passing),
    renewClaims: (claim, until) => write((unit) => deliveryWrites(unit).renewClaims(claim, until), passing),
    freeClaims: (now) => write((unit) => deliveryWrites(unit).freeClaims(now), passing),
    // Lost in a power cut, it is done again; and it is no news to those who watch the history grow.
    removeOld: (before) => removeOld((work) => write(work, passing), before),
    countHistory: (settledBefore) => countHistory(db, (work) => write(work, passing), settledBefore),
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await queue.idle();
      await db.destroy();
    },
  };
}

function reads(db: Kysely<Tables>) {
  return {
    ...accountReads(db),
    ...subscriptionReads(db),
    ...webhookReads(db),
    ...eventReads(db),
    ...idempotencyKeyReads(db),
    ...notificationReads(db),
    ...statisticsReads(db),
    ...streamReads(db),
  };
}

function transaction(unit: Kysely<Tables>): StoreTransaction {
  return {
    ...reads(unit),
    ...accountWrites(unit),
    ...subscriptionWrites(unit),
    ...webhookWrites(unit),
    ...eventWrites(unit),
    ...retryWrites(unit),
    ...webhookTestWrites(unit),
    ...idempotencyKeyWrites(unit),
  };
}

/** A database that cannot be written to is a passing state, told as such; everything else is what it is. */
function explained(error: unknown): unknown {
  if (
    error instanceof Error &&
    /disk is full|disk I\/O error|readonly database|database is locked/i.test(error.message)
  ) {
    return new CalReplyError(
      'ServiceUnavailable',
      'The service cannot write to its database now. Nothing was kept; try again soon.',
      {
        cause: error,
      },
    );
  }

  return error;
}
