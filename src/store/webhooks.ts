import type { Kysely, Selectable } from 'kysely';
import type { EventType } from '../model/event-types.js';
import type { Webhook } from '../model/webhook.js';
import type { NotificationWrites } from './notification-writes.js';
import type { Sealer } from './sealer.js';
import type { StoreReads, StoreWrites, WebhookSecrets } from './store.js';
import type { Tables } from './tables.js';

/** Reads webhooks. What was removed is not seen. */
export function webhookReads(
  db: Kysely<Tables>,
  sealer: Sealer,
): Pick<StoreReads, 'webhooks' | 'webhook' | 'hadWebhook' | 'webhookSecrets'> {
  const webhooksOf = (accountId: string) =>
    db.selectFrom('webhooks').selectAll().where('account_id', '=', accountId).where('removed_at', 'is', null);

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
  };
}

export function webhookWrites(
  db: Kysely<Tables>,
  writes: NotificationWrites,
  sealer: Sealer,
): Pick<StoreWrites, 'addWebhook' | 'changeWebhook' | 'rotateSecret' | 'removeWebhook'> {
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
          sign_as: webhook.signAs,
          created_at: webhook.createdAt,
          removed_at: null,
        })
        .execute();
    },
    async changeWebhook(id, { url, eventTypes, headers, enabled, disabledReason, signAs }) {
      const change = {
        ...(url !== undefined && { url }),
        ...(eventTypes !== undefined && { event_types: JSON.stringify(eventTypes) }),
        ...(headers !== undefined && {
          headers: sealer.seal(JSON.stringify(headers), { webhookId: id, column: 'headers' }),
        }),
        ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
        ...(disabledReason !== undefined && { disabled_reason: disabledReason }),
        ...(signAs !== undefined && { sign_as: signAs }),
      };
      if (Object.keys(change).length > 0) await db.updateTable('webhooks').set(change).where('id', '=', id).execute();
    },
    async rotateSecret(id, secret, oldUntil) {
      await writes.lockWebhook(id);
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
    async removeWebhook(id, at) {
      await writes.lockWebhook(id);
      const { row } = await db
        .updateTable('webhooks')
        .set({ enabled: 0, removed_at: at })
        .where('id', '=', id)
        .returning('row')
        .executeTakeFirstOrThrow();
      await writes.giveUpPending(row, 'webhook_removed', at);
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
    signAs: row.sign_as,
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
