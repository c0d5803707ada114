import type { Kysely, Selectable } from 'kysely';
import type { InboxRequest } from '../model/request.js';
import { newTimeId } from '../util/ids.js';
import { eventFits } from './event-conditions.js';
import { ONE, PENDING } from './literals.js';
import { pageOf, placeOfListCursor } from './paging.js';
import type { EventHead, EventSource, NewEvent, StoredEvent, StoreReads, StoreWrites } from './store.js';
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

export function eventWrites(db: Kysely<Tables>): Pick<StoreWrites, 'acceptEvent' | 'resendEvent'> {
  const isBehind = async (webhookRow: number, orderKey: string) =>
    (await db
      .selectFrom('notifications')
      .select('row')
      .where('webhook_row', '=', webhookRow)
      .where('order_key', '=', orderKey)
      .where('status', '=', PENDING)
      .limit(ONE)
      .executeTakeFirst()) !== undefined;

  const notify = async (
    event: { readonly row: number; readonly accountId: string; readonly subscription_id: string | null },
    webhookIds: readonly string[],
    now: number,
  ) => {
    const notificationIds: string[] = [];
    for (const webhookId of webhookIds) {
      const { row: webhookRow } = await db
        .selectFrom('webhooks')
        .select('row')
        .where('id', '=', webhookId)
        .executeTakeFirstOrThrow();
      const orderKey = event.subscription_id;
      const waits = orderKey !== null && (await isBehind(webhookRow, orderKey));
      const id = newTimeId('ntf', now);
      await db
        .insertInto('notifications')
        .values({
          id,
          account_id: event.accountId,
          event_row: event.row,
          webhook_row: webhookRow,
          status: 'pending',
          attempt_count: 0,
          order_key: orderKey,
          due_at: waits ? null : now,
          created_at: now,
        })
        .execute();
      notificationIds.push(id);
    }

    return notificationIds;
  };

  return {
    async acceptEvent(event, webhookIds) {
      const row = await insertEvent(db, event);
      const { accountId, subscriptionId, createdAt } = event;
      return notify({ row, accountId, subscription_id: subscriptionId }, webhookIds, createdAt);
    },
    async resendEvent({ id, accountId }, webhookIds, now) {
      const event = await db
        .selectFrom('events')
        .select(['row', 'subscription_id'])
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return notify({ ...event, accountId }, webhookIds, now);
    },
  };
}

/** Keeps an event, and gives its row. */
export async function insertEvent(db: Kysely<Tables>, event: NewEvent): Promise<number> {
  const { row } = await db
    .insertInto('events')
    .values({
      id: event.id,
      account_id: event.accountId,
      type: event.type,
      source: event.source,
      is_test: event.isTest ? 1 : 0,
      subscription_id: event.subscriptionId,
      calendar_code: event.calendarCode,
      body: event.body,
      request: event.request && JSON.stringify(event.request),
      created_at: event.createdAt,
    })
    .returning('row')
    .executeTakeFirstOrThrow();
  return row;
}

function toEvent(row: Selectable<Tables['events']>): StoredEvent {
  return {
    ...toHead(row),
    body: Buffer.from(row.body),
    request: row.request === null ? null : (JSON.parse(row.request) as InboxRequest),
  };
}

function toHead(row: Omit<Selectable<Tables['events']>, 'account_id' | 'body' | 'request'>): EventHead {
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
