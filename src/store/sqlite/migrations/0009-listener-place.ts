import { sql, type Kysely } from 'kysely';

/** What a listener needs to keep its place, to choose another one, and to be signed for as another webhook. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('listeners').addColumn('last_connected_at', 'bigint').execute();
  await db.schema.alterTable('webhooks').addColumn('sign_as', 'text').execute();
  // Of what was accepted before nobody knows any more; it counts as meant for all who want its type.
  await db.schema
    .alterTable('events')
    .addColumn('directed', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  // The oldest that is pending at a webhook, how many are, and all of them, without a look at what was finished.
  await db.schema
    .createIndex('notifications_pending')
    .on('notifications')
    .columns(['webhook_row', 'row'])
    .where(sql.ref('status'), '=', sql.lit('pending'))
    .execute();
}
