import { Migrator, type Kysely, type Migration } from 'kysely';
import type { CalReplyError } from '../errors.js';
import type { Tables } from './tables.js';

export interface MigrateOptions {
  readonly migrations: Readonly<Record<string, Migration>>;
  /** The error for a database that is newer than this program. */
  readonly newer: () => CalReplyError;
  /** It is all done in a transaction of the caller's, who has locked out others. */
  readonly isInTransaction?: boolean;
}

/** Brings a database up to date. Several processes may do so at once: one of them does it, and the others wait. */
export async function migrate(
  db: Kysely<Tables>,
  { migrations, newer, isInTransaction = false }: MigrateOptions,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations as Record<string, Migration>) },
    disableTransactions: isInTransaction,
  });
  if ((await appliedMigrations(db)).some((name) => !(name in migrations))) throw newer();
  const { error } = await migrator.migrateToLatest();
  if (error) throw error as Error;
}

async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.map(({ name }) => name);
}
