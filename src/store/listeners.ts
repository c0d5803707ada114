import type { Kysely, Selectable } from 'kysely';
import type { ListenerStore } from './listener-store.js';
import type { NotificationWrites } from './notification-writes.js';
import type { StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Reads listeners, but for the one by its id (`sqlite/listener.ts`). What was removed is not seen. */
export function listenerReads(db: Kysely<Tables>): Pick<StoreReads, 'listeners' | 'listenerByName'> {
  const listeners = () => db.selectFrom('listeners').selectAll().where('removed_at', 'is', null);

  return {
    async listeners(accountId) {
      const rows = await listeners().where('account_id', '=', accountId).orderBy('row').execute();
      return rows.map(toListener);
    },
    async listenerByName(accountId, name) {
      const row = await listeners().where('account_id', '=', accountId).where('name', '=', name).executeTakeFirst();
      return row && toListener(row);
    },
  };
}

export function listenerWrites(
  db: Kysely<Tables>,
  removeWebhook: StoreWrites['removeWebhook'],
): Pick<StoreWrites, 'addListener' | 'removeListener'> {
  return {
    async addListener(accountId, { id, name, webhookId, createdAt }) {
      const row = { id, account_id: accountId, name, webhook_id: webhookId, created_at: createdAt };
      await db
        .insertInto('listeners')
        .values({ ...row, removed_at: null, last_connected_at: null })
        .execute();
    },
    async removeListener(id, at) {
      const { webhook_id: webhookId } = await db
        .updateTable('listeners')
        .set({ removed_at: at })
        .where('id', '=', id)
        .returning('webhook_id')
        .executeTakeFirstOrThrow();
      await removeWebhook(webhookId, at);
    },
  };
}

/** Keeps when a listener is connected. */
export function listenerMarks(
  db: Kysely<Tables>,
  writes: NotificationWrites,
): Pick<ListenerStore, 'connectListener' | 'markConnected'> {
  return {
    async connectListener(id, { at, countUpTo }) {
      const listener = await db
        .selectFrom('listeners as l')
        .innerJoin('webhooks as w', 'w.id', 'l.webhook_id')
        .select(['l.row', 'l.last_connected_at', 'w.row as webhook_row'])
        .where('l.id', '=', id)
        .where('l.removed_at', 'is', null)
        .executeTakeFirst();
      if (!listener) return undefined;
      await db.updateTable('listeners').set({ last_connected_at: at }).where('row', '=', listener.row).execute();
      return {
        lastConnectedAt: listener.last_connected_at,
        pending: await writes.countPending(listener.webhook_row, countUpTo),
      };
    },
    async markConnected(id, at) {
      await db.updateTable('listeners').set({ last_connected_at: at }).where('id', '=', id).execute();
    },
  };
}

function toListener(row: Selectable<Tables['listeners']>) {
  return { id: row.id, name: row.name, webhookId: row.webhook_id, createdAt: row.created_at };
}
