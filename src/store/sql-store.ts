import { Kysely, Migrator, SqliteAdapter, SqliteDialect, type Migration } from 'kysely';
import { CalReplyError } from '../errors.js';
import { accountReads, accountWrites } from './accounts.js';
import { acceptEvents } from './accept-sqlite.js';
import { claimDue } from './claim-sqlite.js';
import { Claims } from './claims.js';
import { keysOfFolder, type EncryptionKeys } from './encryption-keys.js';
import { eventReads, eventWrites } from './events.js';
import { keyedCallReads } from './keyed-calls.js';
import { migrations } from './migrations/index.js';
import { notificationReads } from './notifications.js';
import { giveBack, recordAttempt } from './record-sqlite.js';
import { retryWrites } from './retries.js';
import { keyInUse, sealAtStart } from './seal-at-start.js';
import { Sealer } from './sealer.js';
import { openSqlite, type SqliteConnection } from './sqlite.js';
import type { Statements } from './statements.js';
import { statisticsReads } from './statistics.js';
import type { Store, StoreTransaction } from './store.js';
import { streamReads } from './stream.js';
import { subscriptionReads, subscriptionWrites } from './subscriptions.js';
import type { Tables } from './tables.js';
import { webhookTestWrites } from './webhook-tests.js';
import { webhookReads, webhookWrites } from './webhooks.js';
import { WriteQueue } from './write-queue.js';

export interface OpenOptions {
  /** What secrets are sealed with; the file `encryption.key` of the folder when absent. */
  readonly keys?: EncryptionKeys | undefined;
  /** Is told what was put right: a sentence for people. */
  readonly say?: (text: string) => void;
}

/**
 * The store on SQLite, in a data folder of its own.
 *
 * @throws {CalReplyError} DataFolderInUse, DataFolderUnusable, EncryptionKeyUnusable
 */
export async function openSqliteStore(dataDir: string, { keys, say }: OpenOptions = {}): Promise<Store> {
  const database = openSqlite(dataDir);
  const db = new Kysely<Tables>({ dialect: new Dialect({ database }) });
  try {
    await migrate(db, dataDir);
    const ownKeys = async () => keysOfFolder(dataDir, { sealedUnder: await keyInUse(db), ...(say && { say }) });
    const sealer = new Sealer(keys ?? (await ownKeys()), dataDir);
    await sealAtStart(db, sealer);
    return sqlStore(db, database, sealer);
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

function sqlStore(db: Kysely<Tables>, database: SqliteConnection, sealer: Sealer): Store {
  const queue = new WriteQueue(db, database);
  const claims = new Claims();
  const listeners = new Set<() => void>();
  const written = async <T>(kept: Promise<T>): Promise<T> => {
    try {
      const result = await kept;
      for (const tell of listeners) tell();
      return result;
    } catch (error) {
      throw explained(error);
    }
  };
  const giveBackClaim = async (id: string, name?: string) => {
    const claim = claims.held(id, name);
    if (!claim) return;
    await written(
      queue.runAtOnce(
        () => giveBack(database, claim),
        () => claims.end(id),
      ),
    );
  };

  return {
    ...reads(db, sealer),
    write: (work) => written(queue.run((unit) => work(transaction(unit, { statements: database, claims, sealer })))),
    acceptEvents: (call) => written(queue.runAtOnce(() => acceptEvents(database, call))),
    async claim(request) {
      try {
        // While the connection is ours nobody has a unit open on it, of which half would be read.
        return await db.connection().execute(() => Promise.resolve(claimDue(database, claims, sealer, request)));
      } catch (error) {
        throw explained(error);
      }
    },
    async recordAttempt(record) {
      const { notificationId: id } = record;
      const claim = claims.held(id, record.claim);
      if (!claim) return false;
      // Only when it is committed: until then it is in flight, and stays it when the disk is full.
      return written(
        queue.runAtOnce(
          () => recordAttempt(database, claim, record),
          () => claims.end(id),
        ),
      );
    },
    releaseClaim: (name, id) => giveBackClaim(id, name),
    async renewClaims(name, until) {
      claims.renew(name, until);
    },
    async freeClaims(now) {
      const expired = claims.expired(now);
      await Promise.all(expired.map((id) => giveBackClaim(id)));
      return expired.length;
    },
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

function reads(db: Kysely<Tables>, sealer: Sealer) {
  return {
    ...accountReads(db),
    ...subscriptionReads(db),
    ...webhookReads(db, sealer),
    ...eventReads(db),
    ...keyedCallReads(db),
    ...notificationReads(db),
    ...statisticsReads(db),
    ...streamReads(db),
  };
}

interface Parts {
  readonly statements: Statements;
  readonly claims: Claims;
  readonly sealer: Sealer;
}

function transaction(unit: Kysely<Tables>, { statements, claims, sealer }: Parts): StoreTransaction {
  return {
    ...reads(unit, sealer),
    ...accountWrites(unit),
    ...subscriptionWrites(unit),
    ...webhookWrites(unit, sealer),
    ...eventWrites(unit, statements),
    ...retryWrites(unit, statements, claims),
    ...webhookTestWrites(unit, statements),
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
