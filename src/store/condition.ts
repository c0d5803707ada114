import { sql, type Kysely } from 'kysely';
import { PENDING } from './literals.js';
import type { Tables } from './tables.js';

/** Writes the first account as it is: a page of the database goes to the disk, and nothing is different. */
export async function checkWritable(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ created_at: sql`created_at` })
    .where('row', '=', (accounts) => accounts.selectFrom('accounts').select((each) => each.fn.min('row').as('row')))
    .execute();
}

/** Account by account, so that the index on status is used; what is finished is not looked at. */
export async function pendingCount(db: Kysely<Tables>, atMost: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM accounts a CROSS JOIN notifications n ON n.account_id = a.id AND n.status = ${PENDING}
      LIMIT ${atMost} + 0
    ) AS pending
  `.execute(db);
  return rows[0]?.count ?? 0;
}
