import { sql, type Kysely } from 'kysely';

/** A listener may take only some types for a while: those that are due are found among any number of the others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('notifications').addColumn('listener_type', 'text').execute();
  await sql`
    UPDATE notifications SET listener_type = (SELECT e.type FROM events e WHERE e.row = notifications.event_row)
    WHERE status = 'pending' AND webhook_row IN (SELECT row FROM webhooks WHERE listener_id IS NOT NULL)`.execute(db);
  await db.schema
    .createIndex('notifications_due_by_type')
    .on('notifications')
    .columns(['webhook_row', 'listener_type', 'due_at', 'row'])
    .where(sql.ref('due_at'), 'is not', null)
    .where(sql.ref('listener_type'), 'is not', null)
    .execute();
}
