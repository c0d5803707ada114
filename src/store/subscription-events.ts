import type { Kysely, Selectable } from 'kysely';
import type { EventDetails, SubscriptionEvent } from '../model/subscription-event.js';
import type { StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Personal events, and who has them. */
export function subscriptionEventReads(
  db: Kysely<Tables>,
): Pick<StoreReads, 'subscriptionEvent' | 'subscriptionEventsOf'> {
  return {
    async subscriptionEvent(accountId, eventId) {
      const row = await db
        .selectFrom('subscription_events')
        .select(['event_id', 'details'])
        .where('account_id', '=', accountId)
        .where('event_id', '=', eventId)
        .executeTakeFirst();
      return row && toSubscriptionEvent(row);
    },
    async subscriptionEventsOf(subscriptionId, limit) {
      const rows = await db
        .selectFrom('attached_events as a')
        .innerJoin('subscription_events as e', 'e.row', 'a.event_row')
        .select(['e.event_id', 'e.details'])
        .where('a.subscription_id', '=', subscriptionId)
        .orderBy('a.event_row')
        .limit(limit)
        .execute();
      return rows.map(toSubscriptionEvent);
    },
  };
}

export function subscriptionEventWrites(
  db: Kysely<Tables>,
): Pick<
  StoreWrites,
  | 'addSubscriptionEvent'
  | 'changeSubscriptionEvent'
  | 'lockSubscriptionEvent'
  | 'removeSubscriptionEvent'
  | 'attachSubscriptionEvent'
  | 'detachSubscriptionEvent'
> {
  const rowOf = async (accountId: string, eventId: string) => {
    const row = await db
      .selectFrom('subscription_events')
      .select('row')
      .where('account_id', '=', accountId)
      .where('event_id', '=', eventId)
      .executeTakeFirst();
    return row?.row;
  };
  /** Changing nothing is a lock that both databases know. */
  const lock = async (accountId: string, eventId: string) => {
    await db
      .updateTable('subscription_events')
      .set((of) => ({ details: of.ref('details') }))
      .where('account_id', '=', accountId)
      .where('event_id', '=', eventId)
      .execute();
  };
  return {
    async addSubscriptionEvent(accountId, event) {
      await db
        .insertInto('subscription_events')
        .values({ account_id: accountId, event_id: event.eventId, details: JSON.stringify(event.details) })
        .onConflict((conflict) => conflict.columns(['account_id', 'event_id']).doNothing())
        .execute();
      await lock(accountId, event.eventId);
    },
    async changeSubscriptionEvent(accountId, { eventId, details }) {
      await db
        .updateTable('subscription_events')
        .set({ details: JSON.stringify(details) })
        .where('account_id', '=', accountId)
        .where('event_id', '=', eventId)
        .execute();
    },
    lockSubscriptionEvent: lock,
    async removeSubscriptionEvent(accountId, eventId) {
      const row = await rowOf(accountId, eventId);
      if (row === undefined) return false;
      await db.deleteFrom('attached_events').where('event_row', '=', row).execute();
      const { numDeletedRows } = await db
        .deleteFrom('subscription_events')
        .where('row', '=', row)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async attachSubscriptionEvent(accountId, eventId, subscriptionId) {
      const row = await rowOf(accountId, eventId);
      if (row === undefined) return false;
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('attached_events')
        .values({ event_row: row, subscription_id: subscriptionId })
        .onConflict((conflict) => conflict.columns(['subscription_id', 'event_row']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },
    async detachSubscriptionEvent(accountId, eventId, subscriptionId) {
      const row = await rowOf(accountId, eventId);
      if (row === undefined) return false;
      const { numDeletedRows } = await db
        .deleteFrom('attached_events')
        .where('event_row', '=', row)
        .where('subscription_id', '=', subscriptionId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

function toSubscriptionEvent(
  row: Pick<Selectable<Tables['subscription_events']>, 'event_id' | 'details'>,
): SubscriptionEvent {
  return { eventId: row.event_id, details: JSON.parse(row.details) as EventDetails };
}
