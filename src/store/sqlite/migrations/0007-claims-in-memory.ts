import { sql, type Kysely } from 'kysely';

/** Claims end with the process that owns the database, and are kept in its memory. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('notifications_claimed').execute();
  await db.schema.dropIndex('notifications_due').execute();
  await db.schema.alterTable('notifications').dropColumn('claim').execute();
  await db.schema.alterTable('notifications').dropColumn('claimed_until').execute();
  // Only what is to be attempted: what is finished or waits behind another is not in this index.
  await db.schema
    .createIndex('notifications_due')
    .on('notifications')
    .columns(['webhook_row', 'due_at', 'row'])
    .where(sql.ref('due_at'), 'is not', null)
    .execute();
}
