import type { Kysely } from 'kysely';

/** The keys by which a call that is sent again makes its event once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('request_hash', 'text', (column) => column.notNull())
    // A key goes when its event goes. Unique, so that finding it then needs no look through all keys.
    .addColumn('event_row', 'integer', (column) =>
      column.notNull().unique().references('events.row').onDelete('cascade'),
    )
    .addUniqueConstraint('idempotency_keys_key', ['account_id', 'key'])
    .execute();
}
