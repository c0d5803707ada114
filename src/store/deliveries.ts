import { sql, type Kysely, type Selectable } from 'kysely';
import type { Attempt } from '../model/notification.js';
import { releaseNext, type Place } from './order.js';
import type { AttemptRecord, DeliveryStore } from './store.js';
import type { Tables } from './tables.js';

/** The delivery engine's writes, but for the claim, which each database does in its own way. */
export function deliveryWrites(db: Kysely<Tables>): Omit<DeliveryStore, 'claim' | 'oldestDue'> {
  return {
    async recordAttempt(record) {
      const notification = await finishAttempt(db, record);
      if (!notification) return false;
      await insertAttempt(db, notification.row, record.attempt);
      if (isOrdered(notification)) await releaseNext(db, notification, finishedAt(record));

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
      const released = await freeing(db).where('id', '=', notificationId).where('claim', '=', claim).execute();
      await handOn(db, released);
    },
    async renewClaims(claim, until) {
      await db.updateTable('notifications').set({ claimed_until: until }).where('claim', '=', claim).execute();
    },
    async freeClaims(now) {
      let query = freeing(db).where('claim', 'is not', null);
      if (now !== undefined) query = query.where('claimed_until', '<', now);
      const freed = await query.execute();
      await handOn(db, freed);
      return freed.length;
    },
  };
}

function freeing(db: Kysely<Tables>) {
  return db
    .updateTable('notifications')
    .set({ claim: null, claimed_until: null })
    .returning(['row', 'webhook_row', 'order_key', 'due_at']);
}

type Freed = Pick<Selectable<Tables['notifications']>, 'row' | 'webhook_row' | 'order_key' | 'due_at'>;

/** What went back unattempted has its turn again, in its place, unless an older one was sent again while it was in flight. */
async function handOn(db: Kysely<Tables>, freed: readonly Freed[]): Promise<void> {
  for (const last of freed) {
    if (isOrdered(last) && last.due_at !== null) await releaseNext(db, last, last.due_at);
  }
}

function isOrdered<T extends { readonly order_key: string | null }>(row: T): row is T & Pick<Place, 'order_key'> {
  return row.order_key !== null;
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

export async function insertAttempt(db: Kysely<Tables>, notificationRow: number, attempt: Attempt): Promise<void> {
  await db
    .insertInto('attempts')
    .values({
      notification_row: notificationRow,
      number: attempt.number,
      started_at: attempt.startedAt,
      duration_ms: attempt.durationMs,
      status: attempt.status,
      error: attempt.error,
      answer: attempt.answer,
      location: attempt.location,
    })
    .execute();
}

function finishedAt({ attempt }: AttemptRecord): number {
  return attempt.startedAt + attempt.durationMs;
}
