import type { Kysely } from 'kysely';
import { accountReads, accountWrites } from './accounts.js';
import { calendarEventReads, calendarEventWrites } from './calendar-events.js';
import { eventReads, eventWrites } from './events.js';
import type { HistoryEnds } from './history-ends.js';
import { listenerReads, listenerWrites } from './listeners.js';
import type { NotificationWrites } from './notification-writes.js';
import { notificationReads } from './notifications.js';
import { retryWrites } from './retries.js';
import type { Sealer } from './sealer.js';
import { statisticsReads } from './statistics.js';
import type { StoreReads, StoreWrites } from './store.js';
import { streamReads } from './stream.js';
import { subscriptionEventReads, subscriptionEventWrites } from './subscription-events.js';
import { subscriptionReads, subscriptionWrites } from './subscriptions.js';
import type { Tables } from './tables.js';
import { webhookTestWrites } from './webhook-tests.js';
import { webhookReads, webhookWrites } from './webhooks.js';

/* What is the same for every database, put together. */

/** All reads but the one of a listener by its id. */
export function storeReads(db: Kysely<Tables>, sealer: Sealer, ends: HistoryEnds): Omit<StoreReads, 'listener'> {
  return {
    ...accountReads(db),
    ...subscriptionReads(db),
    ...subscriptionEventReads(db),
    ...calendarEventReads(db),
    ...webhookReads(db, sealer),
    ...listenerReads(db),
    ...eventReads(db),
    ...notificationReads(db),
    ...statisticsReads(db),
    ...streamReads(db, ends),
  };
}

/** All writes of a unit. */
export function storeWrites(unit: Kysely<Tables>, writes: NotificationWrites, sealer: Sealer): StoreWrites {
  const webhooks = webhookWrites(unit, writes, sealer);
  return {
    ...accountWrites(unit),
    ...subscriptionWrites(unit),
    ...subscriptionEventWrites(unit),
    ...calendarEventWrites(unit),
    ...webhooks,
    ...listenerWrites(unit, webhooks.removeWebhook),
    ...eventWrites(unit, writes),
    ...retryWrites(unit, writes),
    ...webhookTestWrites(unit, writes),
  };
}
