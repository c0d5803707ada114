import { sql, type Kysely, type Selectable } from 'kysely';
import type { EventType } from '../model/event-types.js';
import type { Webhook } from '../model/webhook.js';
import type { Sealer } from './sealer.js';
import type { StoreReads, StoreWrites, WebhookSecrets } from './store.js';
import type { Tables } from './tables.js';

/** Reads webhooks and the listeners that own some of them. What was removed is not seen. */
export function webhookReads(
  db: Kysely<Tables>,
  sealer: Sealer,
): Pick<StoreReads, 'webhooks' | 'webhook' | 'hadWebhook' | 'webhookSecrets' | 'listeners' | 'listenerByName'> {
  const webhooksOf = (accountId: string) =>
    db.selectFrom('webhooks').selectAll().where('account_id', '=', accountId).where('removed_at', 'is', null);
  const listeners = () => db.selectFrom('listeners').selectAll().where('removed_at', 'is', null);

  return {
    async webhooks(accountId) {
      const rows = await webhooksOf(accountId).orderBy('row').execute();
      return rows.map((row) => toWebhook(row, sealer));
    },
    async webhook(accountId, id) {
      const row = await webhooksOf(accountId).where('id', '=', id).executeTakeFirst();
      return row && toWebhook(row, sealer);
    },
    async hadWebhook(accountId, id) {
      const row = await db
        .selectFrom('webhooks')
        .select('row')
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row !== undefined;
    },
    async webhookSecrets(accountId, id) {
      const row = await webhooksOf(accountId).where('id', '=', id).executeTakeFirst();
      return row && toSecrets(row, sealer);
    },
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

export function webhookWrites(
  db: Kysely<Tables>,
  sealer: Sealer,
): Pick<
  StoreWrites,
  'addWebhook' | 'changeWebhook' | 'rotateSecret' | 'removeWebhook' | 'addListener' | 'removeListener'
> {
  const removeWebhook = async (id: string, at: number) => {
    const webhook = await db
      .selectFrom('webhooks')
      .select(['row', 'account_id'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await db.updateTable('webhooks').set({ enabled: 0, removed_at: at }).where('row', '=', webhook.row).execute();
    await db
      .updateTable('notifications')
      .set({
        status: 'failed',
        due_at: null,
        finished_at: at,
        last_error: 'webhook_removed',
      })
      .where('account_id', '=', webhook.account_id)
      .where('status', '=', 'pending')
      // The plus keeps SQLite from reading all that was ever sent to it: what is pending is little.
      .where(sql`+webhook_row`, '=', webhook.row)
      .execute();
  };

  return {
    async addWebhook(accountId, webhook) {
      await db
        .insertInto('webhooks')
        .values({
          id: webhook.id,
          account_id: accountId,
          url: webhook.url,
          event_types: JSON.stringify(webhook.eventTypes),
          headers: sealer.seal(JSON.stringify(webhook.headers), { webhookId: webhook.id, column: 'headers' }),
          secret: sealer.seal(webhook.secret, { webhookId: webhook.id, column: 'secret' }),
          enabled: webhook.enabled ? 1 : 0,
          disabled_reason: webhook.disabledReason,
          listener_id: webhook.listenerId,
          created_at: webhook.createdAt,
          removed_at: null,
        })
        .execute();
    },
    async changeWebhook(id, { url, eventTypes, headers, enabled, disabledReason }) {
      const change = {
        ...(url !== undefined && { url }),
        ...(eventTypes !== undefined && { event_types: JSON.stringify(eventTypes) }),
        ...(headers !== undefined && {
          headers: sealer.seal(JSON.stringify(headers), { webhookId: id, column: 'headers' }),
        }),
        ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
        ...(disabledReason !== undefined && { disabled_reason: disabledReason }),
      };
      if (Object.keys(change).length > 0) await db.updateTable('webhooks').set(change).where('id', '=', id).execute();
    },
    async rotateSecret(id, secret, oldUntil) {
      const webhook = db.selectFrom('webhooks').select('secret').where('id', '=', id);
      const { secret: sealed } = await webhook.executeTakeFirstOrThrow();
      const place = (column: 'secret' | 'old_secret') => ({ webhookId: id, column });
      const old = sealer.open(sealed, place('secret'));
      await db
        .updateTable('webhooks')
        .set({
          secret: sealer.seal(secret, place('secret')),
          // Sealed anew, since it moves to another place.
          old_secret: oldUntil === null ? null : sealer.seal(old, place('old_secret')),
          old_secret_until: oldUntil,
        })
        .where('id', '=', id)
        .execute();
    },
    removeWebhook,
    async addListener(accountId, { id, name, webhookId, createdAt }) {
      const row = { id, account_id: accountId, name, webhook_id: webhookId, created_at: createdAt, removed_at: null };
      await db.insertInto('listeners').values(row).execute();
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

function toWebhook(row: Selectable<Tables['webhooks']>, sealer: Sealer): Webhook {
  return {
    id: row.id,
    url: row.url,
    eventTypes: JSON.parse(row.event_types) as EventType[],
    headers: toHeaders(row, sealer),
    enabled: row.enabled === 1,
    disabledReason: row.disabled_reason,
    listenerId: row.listener_id,
    createdAt: row.created_at,
    oldSecretUntil: row.old_secret_until,
  };
}

/** The headers of a row of `webhooks`. */
export function toHeaders(
  { id, headers }: Pick<Selectable<Tables['webhooks']>, 'id' | 'headers'>,
  sealer: Sealer,
): Readonly<Record<string, string>> {
  return JSON.parse(sealer.open(headers, { webhookId: id, column: 'headers' })) as Record<string, string>;
}

/** The secrets of a row of `webhooks`. */
export function toSecrets(
  row: Pick<Selectable<Tables['webhooks']>, 'id' | 'secret' | 'old_secret' | 'old_secret_until'>,
  sealer: Sealer,
): WebhookSecrets {
  const { id, old_secret: old, old_secret_until: until } = row;
  return {
    secret: sealer.open(row.secret, { webhookId: id, column: 'secret' }),
    oldSecret:
      old === null || until === null
        ? null
        : { secret: sealer.open(old, { webhookId: id, column: 'old_secret' }), until },
  };
}

function toListener(row: Selectable<Tables['listeners']>) {
  return { id: row.id, name: row.name, webhookId: row.webhook_id, createdAt: row.created_at };
}
