import type { Kysely } from 'kysely';
import type { Line, NotificationWrites } from './notification-writes.js';
import type { RetryOutcome, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Sending notifications again by hand. */
export function retryWrites(db: Kysely<Tables>, writes: NotificationWrites): Pick<StoreWrites, 'retryNotifications'> {
  return {
    async retryNotifications(accountId, ids, now) {
      const outcomes: RetryOutcome[] = [];
      const lines = new Map<string, Line>();
      await writes.lockNotifications(accountId, ids);
      for (const id of ids) {
        const notification = await find(db, accountId, id);
        // What is in flight is being sent at this moment: its outcome decides what comes next.
        const isOnItsWay = notification?.status === 'pending' && (await writes.isInFlight(notification.row));
        const outcome = isOnItsWay ? ON_ITS_WAY : outcomeFor(notification);
        outcomes.push(outcome);
        if (!notification || outcome.kind !== 'pending' || isOnItsWay) continue;

        const { row, webhook_row: webhookRow, order_key: orderKey } = notification;
        const { listener_id: listenerId, type } = notification;
        await db
          .updateTable('notifications')
          .set({
            status: 'pending',
            // In a line, whoever has the turn is due, and that is settled below.
            due_at: orderKey === null ? now : null,
            first_attempt_at: null,
            finished_at: null,
            // One that an older program finished has none.
            listener_type: listenerId === null ? null : type,
          })
          .where('row', '=', row)
          .execute();
        if (orderKey !== null) {
          lines.set(`${webhookRow} ${orderKey}`, { webhook_row: webhookRow, order_key: orderKey });
        }
      }

      for (const line of lines.values()) await writes.restoreOrder(line, now);
      return outcomes;
    },
  };
}

function find(db: Kysely<Tables>, accountId: string, id: string) {
  return db
    .selectFrom('notifications as n')
    .innerJoin('webhooks as w', 'w.row', 'n.webhook_row')
    .innerJoin('events as e', 'e.row', 'n.event_row')
    .select([
      'n.row',
      'n.status',
      'n.webhook_row',
      'n.order_key',
      'w.id as webhook_id',
      'w.url as webhook_url',
      'w.enabled',
      'w.removed_at',
      'w.listener_id',
      'e.id as event_id',
      'e.type',
      'e.source',
    ])
    .where('n.account_id', '=', accountId)
    .where('n.id', '=', id)
    .executeTakeFirst();
}

const ON_ITS_WAY: RetryOutcome = { kind: 'pending' };

function outcomeFor(notification: Awaited<ReturnType<typeof find>>): RetryOutcome {
  if (!notification) return { kind: 'unknown' };
  const { enabled, removed_at: removedAt, webhook_id: webhookId } = notification;
  const { webhook_url: webhookUrl, event_id: eventId, source } = notification;
  const refused = { webhookId, webhookUrl, eventId, isInbox: source === 'inbox' };
  if (removedAt !== null) return { kind: 'webhook-removed', ...refused };
  return enabled === 1 ? ON_ITS_WAY : { kind: 'webhook-off', ...refused };
}
