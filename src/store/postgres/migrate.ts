import { migrate } from '../migrate.js';
import type { PostgresConnection } from './connection.js';
import { newerDatabase } from './database-errors.js';
import { migrations } from './migrations/index.js';

/** Whoever has it brings the tables up to date; the number is ours. */
const LOCK = 'SELECT pg_advisory_xact_lock(1128)';

/**
 * Brings the tables up to date, all of them or none. Several processes may begin at once: one does it, and the others wait. It
 * is one transaction with its lock, since behind a pooler the next statement may come from another connection.
 *
 * @throws {CalReplyError} DatabaseUnusable for one that is newer than this program
 */
export function migratePostgres(connection: PostgresConnection, url: string): Promise<void> {
  return connection.transaction(async (unit) => {
    await unit.rows(LOCK);
    await migrate(unit.db, { migrations, newer: () => newerDatabase(url), isInTransaction: true });
  });
}
