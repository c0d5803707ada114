import type { Kysely, RawBuilder, Selectable } from 'kysely';
import type { Attempt, Notification, NotificationStatus } from '../model/notification.js';
import { eventFits } from './event-conditions.js';
import { ONE, unindexed, unindexedRow } from './literals.js';
import { pageOf, placeOfListCursor } from './paging.js';
import type { StoreReads } from './store.js';
import type { Tables } from './tables.js';
import { eventRowUpTo, notificationRowAfter, notificationRowBefore } from './time-bounds.js';
import { wayThrough } from './way-through.js';

/** Reads the notification history. */
export function notificationReads(db: Kysely<Tables>): Pick<StoreReads, 'notification' | 'notifications' | 'attempts'> {
  return {
    async notification(accountId, id) {
      const row = await history(db, accountId).where('n.id', '=', id).executeTakeFirst();
      return row && toNotification(row);
    },
    async notifications(accountId, filter) {
      const way = await wayThrough(db, accountId, filter);
      const eventsFirst = way !== 'notifications';
      let query = history(db, accountId, eventsFirst ? 'e.account_id' : 'n.account_id').where(eventFits(filter));
      if (filter.status !== undefined) query = query.where('n.status', '=', filter.status);
      if (filter.webhookId !== undefined) {
        query = query.where(eventsFirst ? unindexed('w.id') : 'w.id', '=', filter.webhookId);
      }

      if (filter.since !== undefined) {
        query = query.where('n.created_at', '>=', filter.since);
        if (!eventsFirst) query = query.where('n.row', '>', notificationRowBefore(db, filter.since));
      }

      if (filter.until !== undefined) {
        query = query.where('n.created_at', '<', filter.until);
        query = eventsFirst
          ? query.where('e.row', '<=', eventRowUpTo(filter.until))
          : query.where('n.row', '<', notificationRowAfter(db, filter.until));
      }

      if (filter.cursor !== undefined) {
        const { row, eventRow } = placeOfListCursor(filter.cursor);
        if (way === 'events') {
          // A cursor of another list names no event. Its notification may be gone; then it is in the place of the next.
          const event = eventRow ?? eventOf(db, row);
          query = query
            .where('e.row', '<=', event)
            .where((fields) => fields.or([fields('e.row', '<', event), fields('n.row', '<', row)]));
        } else query = query.where('n.row', '<', row);
      }

      // A notification is made with its event, or stands beside the first ones of it when the event was sent again.
      if (way === 'events') query = query.orderBy('e.row', 'desc');
      const rows = await query
        .orderBy(way === 'few-events' ? unindexedRow('n.row') : 'n.row', 'desc')
        .limit(filter.limit + 1)
        .execute();
      return pageOf(rows, filter.limit, toNotification, ({ row, event_row: eventRow }) =>
        way === 'events' ? { row, eventRow } : { row },
      );
    },
    async attempts(notificationId) {
      const rows = await db
        .selectFrom('attempts as a')
        .innerJoin('notifications as n', 'n.row', 'a.notification_row')
        .selectAll('a')
        .where('n.id', '=', notificationId)
        .orderBy('a.number')
        .execute();
      return rows.map(toAttempt);
    },
  };
}

/**
 * Notifications with what is told of their events and webhooks.
 *
 * @param owner which of the two, which are always the same: SQLite starts at the table that is named
 */
export function history(
  db: Kysely<Tables>,
  accountId: string,
  owner: 'n.account_id' | 'e.account_id' | RawBuilder<string> = 'n.account_id',
) {
  return db
    .selectFrom('notifications as n')
    .innerJoin('events as e', 'e.row', 'n.event_row')
    .innerJoin('webhooks as w', 'w.row', 'n.webhook_row')
    .select([
      'n.row',
      'n.id',
      'n.event_row',
      'n.status',
      'n.attempt_count',
      'n.due_at',
      'n.last_status',
      'n.last_error',
      'n.created_at',
      'n.finished_at',
      'e.id as event_id',
      'e.type as event_type',
      'e.is_test',
      'e.subscription_id',
      'e.calendar_code',
      'w.id as webhook_id',
      'w.url as webhook_url',
      'w.enabled',
      'w.removed_at',
      'w.listener_id',
    ])
    .where(owner, '=', accountId);
}

/** The row of the event of a notification, or of the one before it that is still there. */
function eventOf(db: Kysely<Tables>, notificationRow: number) {
  return db
    .selectFrom('notifications')
    .select('event_row')
    .where('row', '<=', notificationRow)
    .orderBy('row', 'desc')
    .limit(ONE);
}

type HistoryRow = Awaited<ReturnType<ReturnType<typeof history>['executeTakeFirstOrThrow']>>;

export function toNotification(row: HistoryRow): Notification {
  return {
    id: row.id,
    eventId: row.event_id,
    eventType: row.event_type,
    isTest: row.is_test === 1,
    webhookId: row.webhook_id,
    webhookUrl: row.webhook_url,
    webhookState: row.removed_at !== null ? 'removed' : row.enabled === 1 ? 'on' : 'off',
    listenerId: row.listener_id,
    status: row.status as NotificationStatus,
    attemptCount: row.attempt_count,
    subscriptionId: row.subscription_id,
    calendarCode: row.calendar_code,
    createdAt: row.created_at,
    nextAttemptAt: row.due_at,
    finishedAt: row.finished_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
  };
}

export function toAttempt(row: Omit<Selectable<Tables['attempts']>, 'row' | 'notification_row'>): Attempt {
  return {
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    status: row.status,
    error: row.error,
    answer: row.answer,
    location: row.location,
  };
}
