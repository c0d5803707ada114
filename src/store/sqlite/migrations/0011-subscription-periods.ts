import { sql, type Kysely } from 'kysely';

/** What events tell of subscriptions, by which subscribers are listed and insights computed; those that came before as well. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('subscription_periods')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('subscription_id', 'text', (column) => column.notNull())
    .addColumn('is_test', 'integer', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('subscribed_at', 'integer')
    .addColumn('renewed_at', 'integer')
    .addColumn('ended_at', 'integer')
    .addColumn('told_at', 'integer', (column) => column.notNull())
    .addColumn('subscriber', 'text', (column) => column.notNull())
    .addColumn('calendar_code', 'text')
    .addColumn('zip_code', 'text')
    .addColumn('utm_source', 'text')
    .addColumn('utm_medium', 'text')
    .addColumn('utm_campaign', 'text')
    .addColumn('tags', 'text')
    .addColumn('details', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('subscription_periods_subscription')
    .on('subscription_periods')
    .columns(['account_id', 'subscription_id', 'is_test', 'number'])
    .unique()
    .execute();
  await db.schema
    .createIndex('subscription_periods_subscriber')
    .on('subscription_periods')
    .expression(sql`(account_id || ''), subscriber, row`)
    .execute();
  await db.schema
    .createIndex('subscription_periods_calendar')
    .on('subscription_periods')
    .columns(['account_id', 'calendar_code'])
    .execute();
  await db.schema
    .createIndex('subscription_periods_old_tests')
    .on('subscription_periods')
    .column('told_at')
    .where(sql.ref('is_test'), '=', sql.lit(1))
    .execute();
  await db.schema
    .createIndex('subscription_periods_tests')
    .on('subscription_periods')
    .expression(sql`(account_id || ''), subscribed_at`)
    .where(sql.ref('is_test'), '=', sql.lit(1))
    .execute();
  await db.schema
    .createIndex('subscription_periods_unknown_start')
    .on('subscription_periods')
    .columns(['account_id', 'ended_at'])
    .where(sql.ref('subscribed_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('subscription_periods_to_forget')
    .on('subscription_periods')
    .column('ended_at')
    .where(sql.ref('ended_at'), 'is not', null)
    .where(sql.ref('details'), '!=', sql.lit('{}'))
    .execute();
  for (const time of ['subscribed_at', 'ended_at']) {
    await db.schema
      .createIndex(`subscription_periods_${time}`)
      .on('subscription_periods')
      .columns(['account_id', time])
      .where(sql.ref(time), 'is not', null)
      .execute();
  }
  await db.schema
    .createTable('events_to_fold')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .execute();
  await sql`
    INSERT INTO events_to_fold (row)
    SELECT row FROM events WHERE type IN ('Subscribe', 'Unsubscribe', 'SubscriptionDetailsUpdated')`.execute(db);
}
