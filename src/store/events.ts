import type { Kysely, Selectable } from 'kysely';
import type { NewNotification } from '../model/notification.js';
import type { InboxRequest } from '../model/request.js';
import { eventFits } from './event-conditions.js';
import type { NotificationWrites } from './notification-writes.js';
import { pageOf, placeOfListCursor } from './paging.js';
import type { EventHead, EventSource, StoredEvent, StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';
import { eventRowBefore, eventRowUpTo } from './time-bounds.js';

export function eventReads(db: Kysely<Tables>): Pick<StoreReads, 'event' | 'events'> {
  return {
    async event(accountId, id) {
      const row = await db
        .selectFrom('events')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row && toEvent(row);
    },
    async events(accountId, filter) {
      let query = db
        .selectFrom('events as e')
        .select(['row', 'id', 'type', 'source', 'is_test', 'subscription_id', 'calendar_code', 'created_at'])
        .where('e.account_id', '=', accountId)
        .where(eventFits(filter));
      if (filter.since !== undefined) {
        query = query.where('created_at', '>=', filter.since).where('row', '>', eventRowBefore(filter.since));
      }

      if (filter.until !== undefined) {
        query = query.where('created_at', '<', filter.until).where('row', '<=', eventRowUpTo(filter.until));
      }

      if (filter.cursor !== undefined) query = query.where('row', '<', placeOfListCursor(filter.cursor).row);
      const rows = await query
        .orderBy('row', 'desc')
        .limit(filter.limit + 1)
        .execute();
      return pageOf(rows, filter.limit, toHead, ({ row }) => ({ row }));
    },
  };
}

export function eventWrites(
  db: Kysely<Tables>,
  writes: NotificationWrites,
): Pick<StoreWrites, 'acceptEvent' | 'resendEvent'> {
  return {
    async acceptEvent(event, to) {
      const row = await writes.insertEvent(event, { isDirected: to !== undefined });
      return idsOf(await writes.notify({ ...event, row }, to, event.createdAt));
    },
    async resendEvent({ id, accountId }, webhookIds, now) {
      const event = await db
        .selectFrom('events')
        .select(['row', 'type', 'subscription_id'])
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const kept = { row: event.row, accountId, type: event.type, subscriptionId: event.subscription_id };
      return idsOf(await writes.notify(kept, webhookIds, now));
    },
  };
}

function idsOf(notifications: readonly NewNotification[]): readonly string[] {
  return notifications.map(({ id }) => id);
}

function toEvent(row: Selectable<Tables['events']>): StoredEvent {
  return {
    ...toHead(row),
    body: Buffer.from(row.body),
    request: row.request === null ? null : (JSON.parse(row.request) as InboxRequest),
  };
}

function toHead(row: Omit<Selectable<Tables['events']>, 'account_id' | 'body' | 'request' | 'directed'>): EventHead {
  return {
    id: row.id,
    type: row.type,
    source: row.source as EventSource,
    isTest: row.is_test === 1,
    subscriptionId: row.subscription_id,
    calendarCode: row.calendar_code,
    createdAt: row.created_at,
  };
}
