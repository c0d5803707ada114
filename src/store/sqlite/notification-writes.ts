import type { NotificationWrites } from '../notification-writes.js';
import { insertEvent, notify, receiversIn } from './accept.js';
import type { Claims } from './claims.js';
import { restoreOrder } from './order.js';
import { countPending, giveUpPending } from './pending.js';
import { insertAttempt } from './record.js';
import type { Statements } from './statements.js';

/** On SQLite, where units run one after another: nothing has to be locked. */
export function notificationWrites(statements: Statements, claims: Claims): NotificationWrites {
  return {
    insertEvent: async (event, options) => insertEvent(statements, event, options),
    notify: async (event, to, now) =>
      notify(statements, event, receiversIn(statements, event.accountId)(event.type, to), now),
    insertAttempt: async (row, attempt) => insertAttempt(statements, row, attempt),
    lockNotifications: async () => {},
    lockWebhook: async () => {},
    isInFlight: async (row) => claims.has(row),
    restoreOrder: async (line, now) => restoreOrder(statements, claims, line, now),
    countPending: async (row, atMost) => countPending(statements, row, atMost),
    giveUpPending: async (row, error, at) => giveUpPending(statements, row, error, at),
  };
}
