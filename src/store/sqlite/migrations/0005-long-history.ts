import { sql, type Kysely } from 'kysely';

/** What keeps a long history quick: counts of its settled parts, and indexes for what is removed after a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A block that is in here was counted. It stands for all accounts; those without a notification in it have no counts.
  await db.schema
    .createTable('history_blocks')
    .addColumn('block', 'integer', (column) => column.primaryKey())
    .execute();
  await db.schema
    .createTable('history_block_counts')
    .addColumn('block', 'integer', (column) => column.notNull().references('history_blocks.block').onDelete('cascade'))
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('first_created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_created_at', 'bigint', (column) => column.notNull())
    .addColumn('counts', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('history_block_counts_key', ['block', 'account_id'])
    .execute();

  // Whoever changes what is counted takes the counts away in the same statement, so nobody can forget to. That is one
  // look at a small table, and only in statements that set one of these columns: a claim pays nothing.
  await sql`
    CREATE TRIGGER notifications_changed AFTER UPDATE OF status, attempt_count ON notifications
    BEGIN DELETE FROM history_blocks WHERE block = OLD.row / 1000; END`.execute(db);
  await sql`
    CREATE TRIGGER notifications_removed AFTER DELETE ON notifications
    BEGIN DELETE FROM history_blocks WHERE block = OLD.row / 1000; END`.execute(db);

  // All that were removed may be many, and are no concern of an event.
  await db.schema.dropIndex('webhooks_account').execute();
  await db.schema
    .createIndex('webhooks_there')
    .on('webhooks')
    .columns(['account_id', 'row'])
    .where(sql.ref('removed_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('webhooks_removed')
    .on('webhooks')
    .column('removed_at')
    .where(sql.ref('removed_at'), 'is not', null)
    .execute();
  await db.schema.createIndex('listeners_webhook').on('listeners').column('webhook_id').execute();
  await db.schema
    .createIndex('listeners_removed')
    .on('listeners')
    .column('removed_at')
    .where(sql.ref('removed_at'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('subscriptions_ended')
    .on('subscriptions')
    .column('deactivated_at')
    .where(sql.ref('deactivated_at'), 'is not', null)
    .execute();
}
