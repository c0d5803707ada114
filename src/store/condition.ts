import { randomBytes } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { PENDING } from './literals.js';
import type { Tables } from './tables.js';

/** As much as accepting an event takes, with the indexes it changes: on a disk that is nearly full a row still fits. */
const PROBE_BYTES = 64 * 1024;

/** Writes as much as an event takes, each time in the same place. */
export async function checkWritable(db: Kysely<Tables>): Promise<void> {
  // Others each time: a page that would be the same is not written.
  const bytes = randomBytes(PROBE_BYTES);
  await db
    .insertInto('write_probe')
    .values({ row: 1, bytes })
    .onConflict((conflict) => conflict.column('row').doUpdateSet({ bytes }))
    .execute();
}

/** Account by account, so that the index on status is used; what is finished is not looked at. */
export async function pendingCount(db: Kysely<Tables>, atMost: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM accounts a CROSS JOIN notifications n WHERE n.account_id = a.id AND n.status = ${PENDING}
      LIMIT ${atMost} + 0
    ) AS pending
  `.execute(db);
  return rows[0]?.count ?? 0;
}
