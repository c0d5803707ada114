import type { NotificationWrites } from '../notification-writes.js';
import { insertEvent, notify } from './accept.js';
import { receiversOf } from './receivers.js';
import { restoreOrder } from './order.js';
import { countPending, giveUpPending } from './pending.js';
import { insertAttempt } from './record.js';
import type { Statements } from './statements.js';

/** On PostgreSQL, inside a transaction. */
export function notificationWrites(statements: Statements): NotificationWrites {
  return {
    insertEvent: (event, options) => insertEvent(statements, event, options),
    async notify(event, to, now) {
      const { accountId, type } = event;
      const receivers = (await receiversOf(statements, [{ accountId, events: [{ to }] }]))(accountId, type, to);
      const [made] = await notify(statements, [{ event, receivers, now }]);
      return made ?? [];
    },
    insertAttempt: (row, attempt) => insertAttempt(statements, row, attempt),
    async lockNotifications(accountId, ids) {
      // Their webhooks first: what is made pending again is given up by whoever removes one of them after this.
      await statements.rows(KEEP_WEBHOOKS, [accountId, ids]);
      await statements.rows(LOCK_NOTIFICATIONS, [accountId, ids]);
    },
    async lockWebhook(id) {
      await statements.rows('SELECT 1 FROM webhooks WHERE id = $1 FOR UPDATE', [id]);
    },
    async isInFlight(row) {
      const claims = await statements.rows('SELECT 1 FROM claims WHERE notification_row = $1', [row]);
      return claims.length > 0;
    },
    restoreOrder: (line, now) => restoreOrder(statements, line, now),
    countPending: (row, atMost) => countPending(statements, row, atMost),
    giveUpPending: (row, error, at) => giveUpPending(statements, row, error, at),
  };
}

const KEEP_WEBHOOKS = `
  SELECT 1 FROM webhooks WHERE row = ANY (ARRAY(
    SELECT webhook_row FROM notifications WHERE account_id = $1 AND id = ANY ($2::text[])
  ))
  ORDER BY row FOR KEY SHARE`;

/** In one order, so that no two processes wait for each other. */
const LOCK_NOTIFICATIONS = `
  SELECT 1 FROM notifications WHERE account_id = $1 AND id = ANY ($2::text[]) ORDER BY row FOR NO KEY UPDATE`;
