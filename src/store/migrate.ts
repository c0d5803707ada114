import { Migrator, type Kysely, type Migration } from 'kysely';
import { CalReplyError } from '../errors.js';
import { migrations } from './sqlite/migrations/index.js';
import type { Tables } from './tables.js';

/**
 * Brings a database up to date.
 *
 * @throws {CalReplyError} DataFolderUnusable when it is newer than this program
 */
export async function migrate(db: Kysely<Tables>, dataDir: string): Promise<void> {
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
