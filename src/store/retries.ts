import type { Kysely } from 'kysely';
import type { Claims } from './claims.js';
import { restoreOrder, type Place } from './order-sqlite.js';
import type { Statements } from './statements.js';
import type { RetryOutcome, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Sending notifications again by hand. */
export function retryWrites(
  db: Kysely<Tables>,
  statements: Statements,
  claims: Claims,
): Pick<StoreWrites, 'retryNotifications'> {
  return {
    async retryNotifications(accountId, ids, now) {
      const outcomes: RetryOutcome[] = [];
      const places = new Map<string, Omit<Place, 'row'>>();
      for (const id of ids) {
        const notification = await find(db, accountId, id);
        // What is in flight is being sent at this moment: its outcome decides what comes next.
        const isInFlight = notification?.status === 'pending' && claims.has(notification.row);
        const outcome = isInFlight ? ON_ITS_WAY : outcomeFor(notification);
        outcomes.push(outcome);
        if (!notification || outcome.kind !== 'pending' || isInFlight) continue;

        const { row, status, webhook_row: webhookRow, order_key: orderKey, due_at: dueAt } = notification;
        const { listener_id: listenerId, type } = notification;
        // Behind another it stays there: sending it now would overtake.
        const waits = status === 'pending' && dueAt === null;
        await db
          .updateTable('notifications')
          .set({
            status: 'pending',
            due_at: waits ? null : now,
            first_attempt_at: null,
            finished_at: null,
            // One that an older program finished has none.
            listener_type: listenerId === null ? null : type,
          })
          .where('row', '=', row)
          .execute();
        if (orderKey !== null) {
          places.set(`${webhookRow} ${orderKey}`, { webhook_row: webhookRow, order_key: orderKey });
        }
      }

      for (const place of places.values()) restoreOrder(statements, claims, place, now);
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
      'n.due_at',
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
