import { migrate } from '../migrate.js';
import { PostgresConnection, type ConnectionOptions } from './connection.js';
import { newerDatabase } from './database-errors.js';
import { migrations } from './migrations/index.js';

/** An index on a long history takes minutes to make, and whoever waits for it as long. In milliseconds. */
const LONGEST = 3_600_000;
const WITHOUT_LIMIT = `SELECT set_config('statement_timeout', '0', true)`;
/** Whoever has it brings the tables up to date; the number is ours. */
const LOCK = 'SELECT pg_advisory_xact_lock(1128)';

/**
 * Brings the tables up to date, all of them or none. Several processes may begin at once: one does it, and the others wait. It
 * is one transaction with its lock, since behind a pooler the next statement may come from another connection.
 *
 * @throws {CalReplyError} DatabaseUnusable for one that is newer than this program
 */
export async function migratePostgres(url: string, options: Pick<ConnectionOptions, 'isPooled'> = {}): Promise<void> {
  const connection = new PostgresConnection(url, { ...options, answerLimit: LONGEST });
  try {
    await connection.transaction(async (unit) => {
      await unit.rows(WITHOUT_LIMIT);
      await unit.rows(LOCK);
      await migrate(unit.db, { migrations, newer: () => newerDatabase(url), isInTransaction: true });
    });
  } finally {
    await connection.close();
  }
}
