import { PostgresConnection } from './connection.js';
import { unusableDatabase } from './database-errors.js';

/**
 * Whether a service has its tables in a database. Nothing is made there.
 *
 * @throws {CalReplyError} DatabaseUnusable
 */
export async function isServed(url: string): Promise<boolean> {
  const connection = new PostgresConnection(url);
  try {
    const [row] = await connection.rows<{ readonly there: boolean }>(
      `SELECT to_regclass('encryption_check') IS NOT NULL AS there`,
    );
    return row?.there ?? false;
  } catch (error) {
    throw unusableDatabase(url, error);
  } finally {
    await connection.close();
  }
}
