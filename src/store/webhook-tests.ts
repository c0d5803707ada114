import type { Kysely } from 'kysely';
import type { NotificationWrites } from './notification-writes.js';
import type { StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Keeps events that were sent already, to see what a receiver does with them. */
export function webhookTestWrites(db: Kysely<Tables>, writes: NotificationWrites): Pick<StoreWrites, 'recordTest'> {
  return {
    async recordTest(event, { id, webhookId, status, attempt }) {
      const eventRow = await writes.insertEvent(event, { isDirected: true });
      const { row: webhookRow } = await db
        .selectFrom('webhooks')
        .select('row')
        .where('id', '=', webhookId)
        .executeTakeFirstOrThrow();
      // Finished when it is made, so no claim can ever find it.
      const { row: notificationRow } = await db
        .insertInto('notifications')
        .values({
          id,
          account_id: event.accountId,
          event_row: eventRow,
          webhook_row: webhookRow,
          status,
          attempt_count: attempt.number,
          order_key: null,
          due_at: null,
          first_attempt_at: attempt.startedAt,
          last_status: attempt.status,
          last_error: attempt.error,
          created_at: event.createdAt,
          finished_at: attempt.startedAt + attempt.durationMs,
        })
        .returning('row')
        .executeTakeFirstOrThrow();
      await writes.insertAttempt(notificationRow, attempt);
    },
  };
}
