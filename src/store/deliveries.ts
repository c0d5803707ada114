import { sql, type Kysely } from 'kysely';
import { ONE, PENDING } from './literals.js';
import type { AttemptRecord, DeliveryStore } from './store.js';
import type { Tables } from './tables.js';

/** The delivery engine's writes, but for the claim, which each database does in its own way. */
export function deliveryWrites(db: Kysely<Tables>): Omit<DeliveryStore, 'claim'> {
  return {
    async recordAttempt(record) {
      const notification = await finishAttempt(db, record);
      if (!notification) return false;
      await db
        .insertInto('attempts')
        .values({
          notification_row: notification.row,
          number: record.attempt.number,
          started_at: record.attempt.startedAt,
          duration_ms: record.attempt.durationMs,
          status: record.attempt.status,
          error: record.attempt.error,
          answer: record.attempt.answer,
          location: record.attempt.location,
        })
        .execute();
      if (record.next.status !== 'pending' && notification.order_key !== null) {
        await releaseNext(db, notification.webhook_row, notification.order_key, finishedAt(record));
      }

      if (record.disableWebhook !== undefined) {
        await db
          .updateTable('webhooks')
          .set({ enabled: 0, disabled_reason: record.disableWebhook })
          .where('row', '=', notification.webhook_row)
          .execute();
      }

      return true;
    },
    async releaseClaim(claim, notificationId) {
      await db
        .updateTable('notifications')
        .set({ claim: null, claimed_until: null })
        .where('id', '=', notificationId)
        .where('claim', '=', claim)
        .execute();
    },
    async renewClaims(claim, until) {
      await db.updateTable('notifications').set({ claimed_until: until }).where('claim', '=', claim).execute();
    },
    async freeClaims(now) {
      let query = db
        .updateTable('notifications')
        .set({ claim: null, claimed_until: null })
        .where('claim', 'is not', null);
      if (now !== undefined) query = query.where('claimed_until', '<', now);
      const { numUpdatedRows } = await query.executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}

/** Only the holder of the claim may write a result: a process that froze past its lease finds the row taken. */
function finishAttempt(db: Kysely<Tables>, record: AttemptRecord) {
  const { attempt, next } = record;
  return db
    .updateTable('notifications')
    .set({
      status: next.status,
      due_at: next.status === 'pending' ? next.dueAt : null,
      claim: null,
      claimed_until: null,
      attempt_count: attempt.number,
      first_attempt_at: sql`coalesce(first_attempt_at, ${attempt.startedAt})`,
      last_status: attempt.status,
      last_error: attempt.error,
      finished_at: next.status === 'pending' ? null : finishedAt(record),
    })
    .where('id', '=', record.notificationId)
    .where('claim', '=', record.claim)
    .returning(['row', 'webhook_row', 'order_key'])
    .executeTakeFirst();
}

/** The oldest notification that waited behind a finished one is due at once. */
async function releaseNext(db: Kysely<Tables>, webhookRow: number, orderKey: string, now: number): Promise<void> {
  const next = await db
    .selectFrom('notifications')
    .select(['row', 'due_at'])
    .where('webhook_row', '=', webhookRow)
    .where('order_key', '=', orderKey)
    .where('status', '=', PENDING)
    .orderBy('row')
    .limit(ONE)
    .executeTakeFirst();
  if (next?.due_at === null) {
    await db.updateTable('notifications').set({ due_at: now }).where('row', '=', next.row).execute();
  }
}

function finishedAt({ attempt }: AttemptRecord): number {
  return attempt.startedAt + attempt.durationMs;
}
