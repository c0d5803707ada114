import type { Kysely, Selectable } from 'kysely';
import type { Subscription, SubscriptionDetails, SubscriptionMethod } from '../model/subscription.js';
import type { StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

export function subscriptionReads(
  db: Kysely<Tables>,
): Pick<StoreReads, 'subscription' | 'subscriptionsOf' | 'activeSubscription'> {
  const subscriptions = () => db.selectFrom('subscriptions').selectAll();
  return {
    async subscription(accountId, id) {
      const row = await subscriptions().where('account_id', '=', accountId).where('id', '=', id).executeTakeFirst();
      return row && toSubscription(row);
    },
    async subscriptionsOf(calendarId, username, limit) {
      const rows = await subscriptions()
        .where('calendar_id', '=', calendarId)
        .where('username', '=', username)
        .orderBy('row', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toSubscription);
    },
    async activeSubscription(calendarId, username) {
      const row = await subscriptions()
        .where('calendar_id', '=', calendarId)
        .where('username', '=', username)
        .where('deactivated_at', 'is', null)
        .executeTakeFirst();
      return row && toSubscription(row);
    },
  };
}

export function subscriptionWrites(
  db: Kysely<Tables>,
): Pick<StoreWrites, 'addSubscription' | 'lockSubscription' | 'changeSubscription' | 'endSubscription'> {
  return {
    async addSubscription(accountId, subscription) {
      await db
        .insertInto('subscriptions')
        .values({
          id: subscription.id,
          account_id: accountId,
          calendar_id: subscription.calendarId,
          username: subscription.username,
          method: subscription.method,
          action_type: subscription.actionType,
          details: JSON.stringify(subscription.details),
          created_at: subscription.createdAt,
          deactivated_at: subscription.deactivatedAt,
        })
        .execute();
    },
    async lockSubscription(accountId, id) {
      // Changing nothing is a lock that both databases know.
      await db
        .updateTable('subscriptions')
        .set((of) => ({ method: of.ref('method') }))
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .execute();
    },
    async changeSubscription(id, details) {
      const { numUpdatedRows } = await db
        .updateTable('subscriptions')
        .set({ details: JSON.stringify(details) })
        .where('id', '=', id)
        .where('deactivated_at', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async endSubscription(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('subscriptions')
        .set({ deactivated_at: at })
        .where('id', '=', id)
        .where('deactivated_at', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function toSubscription(row: Selectable<Tables['subscriptions']>): Subscription {
  return {
    id: row.id,
    calendarId: row.calendar_id,
    username: row.username,
    method: row.method as SubscriptionMethod,
    actionType: row.action_type,
    details: JSON.parse(row.details) as SubscriptionDetails,
    isActive: row.deactivated_at === null,
    createdAt: row.created_at,
    deactivatedAt: row.deactivated_at,
  };
}
