import { sql, type Kysely } from 'kysely';

/** All tables of the first release. What the columns mean stands in `tables.ts`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await table(db, 'accounts')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();

  await table(db, 'clients')
    .addColumn('client_id', 'text', (column) => column.notNull().unique())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();

  await table(db, 'tokens')
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.client_id'))
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('tokens_expiry').on('tokens').column('expires_at').execute();

  await table(db, 'calendars')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addUniqueConstraint('calendars_code', ['account_id', 'code'])
    .execute();

  await table(db, 'tags')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('calendar_id', 'text', (column) => column.notNull().references('calendars.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('external_id', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('tags_calendar').on('tags').column('calendar_id').execute();

  await table(db, 'subscriptions')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('calendar_id', 'text', (column) => column.notNull().references('calendars.id'))
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('action_type', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('deactivated_at', 'bigint')
    .execute();
  // One active subscription for each user name and calendar, whatever arrives at the same moment.
  await db.schema
    .createIndex('subscriptions_active')
    .on('subscriptions')
    .columns(['calendar_id', 'username'])
    .unique()
    .where(sql.ref('deactivated_at'), 'is', null)
    .execute();

  await table(db, 'webhooks')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('event_types', 'text', (column) => column.notNull())
    .addColumn('headers', 'text', (column) => column.notNull())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('disabled_reason', 'text')
    .addColumn('listener_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint')
    .execute();
  await db.schema.createIndex('webhooks_account').on('webhooks').column('account_id').execute();

  await table(db, 'listeners')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('webhook_id', 'text', (column) => column.notNull().references('webhooks.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('listeners_name')
    .on('listeners')
    .columns(['account_id', 'name'])
    .unique()
    .where(sql.ref('removed_at'), 'is', null)
    .execute();

  await table(db, 'events')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('is_test', 'integer', (column) => column.notNull())
    .addColumn('subscription_id', 'text')
    .addColumn('calendar_code', 'text')
    .addColumn('body', 'blob', (column) => column.notNull())
    .addColumn('request', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('events_id', ['account_id', 'id'])
    .execute();
  await db.schema.createIndex('events_list').on('events').columns(['account_id', 'row']).execute();
  await db.schema.createIndex('events_type').on('events').columns(['account_id', 'type', 'row']).execute();
  await db.schema
    .createIndex('events_subscription')
    .on('events')
    .columns(['account_id', 'subscription_id', 'row'])
    .where(sql.ref('subscription_id'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('events_calendar')
    .on('events')
    .columns(['account_id', 'calendar_code', 'row'])
    .where(sql.ref('calendar_code'), 'is not', null)
    .execute();

  await table(db, 'notifications')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('event_row', 'integer', (column) => column.notNull().references('events.row'))
    .addColumn('webhook_row', 'integer', (column) => column.notNull().references('webhooks.row'))
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('attempt_count', 'integer', (column) => column.notNull())
    .addColumn('order_key', 'text')
    .addColumn('due_at', 'bigint')
    .addColumn('claim', 'text')
    .addColumn('claimed_until', 'bigint')
    .addColumn('first_attempt_at', 'bigint')
    .addColumn('last_status', 'integer')
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
  await db.schema.createIndex('notifications_list').on('notifications').columns(['account_id', 'row']).execute();
  await db.schema
    .createIndex('notifications_status')
    .on('notifications')
    .columns(['account_id', 'status', 'row'])
    .execute();
  await db.schema.createIndex('notifications_webhook').on('notifications').columns(['webhook_row', 'row']).execute();
  await db.schema.createIndex('notifications_event').on('notifications').column('event_row').execute();
  // The claim reads only what can run now; what is finished, in flight or waits behind another is not in this index.
  await db.schema
    .createIndex('notifications_due')
    .on('notifications')
    .columns(['webhook_row', 'due_at', 'row'])
    .where(sql.ref('due_at'), 'is not', null)
    .where(sql.ref('claim'), 'is', null)
    .execute();
  await db.schema
    .createIndex('notifications_claimed')
    .on('notifications')
    .columns(['webhook_row', 'claim'])
    .where(sql.ref('claim'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('notifications_order')
    .on('notifications')
    .columns(['webhook_row', 'order_key', 'row'])
    .where(sql.ref('status'), '=', sql.lit('pending'))
    .where(sql.ref('order_key'), 'is not', null)
    .execute();

  await table(db, 'attempts')
    .addColumn('notification_row', 'integer', (column) => column.notNull().references('notifications.row'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'integer', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('error', 'text')
    .addColumn('answer', 'text')
    .addColumn('location', 'text')
    .addUniqueConstraint('attempts_number', ['notification_row', 'number'])
    .execute();
}

function table(db: Kysely<unknown>, name: string) {
  return db.schema.createTable(name).addColumn('row', 'integer', (column) => column.primaryKey());
}
