import type { Kysely } from 'kysely';

/** Entries of calendars, personal ones, and who has those. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('calendar_events')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('calendar_id', 'text', (column) => column.notNull().references('calendars.id'))
    .addColumn('external_id', 'text')
    .addColumn('starts_at', 'integer', (column) => column.notNull())
    .addColumn('changed_at', 'integer', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addUniqueConstraint('calendar_events_id', ['calendar_id', 'id'])
    .execute();
  await db.schema
    .createIndex('calendar_events_start')
    .on('calendar_events')
    .columns(['calendar_id', 'starts_at', 'row'])
    .execute();
  await db.schema
    .createIndex('calendar_events_external_id')
    .on('calendar_events')
    .columns(['calendar_id', 'external_id'])
    .execute();
  await db.schema
    .createTable('subscription_events')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addUniqueConstraint('subscription_events_id', ['account_id', 'event_id'])
    .execute();
  await db.schema
    .createTable('attached_events')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('event_row', 'integer', (column) => column.notNull())
    .addColumn('subscription_id', 'text', (column) => column.notNull())
    .addUniqueConstraint('attached_events_subscription', ['subscription_id', 'event_row'])
    .execute();
  await db.schema.createIndex('attached_events_event').on('attached_events').column('event_row').execute();
  await db.schema
    .createIndex('subscriptions_username')
    .on('subscriptions')
    .columns(['calendar_id', 'username', 'row'])
    .execute();
}
