import type { Kysely } from 'kysely';
import type { StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

export function idempotencyKeyReads(db: Kysely<Tables>): Pick<StoreReads, 'keyedCall'> {
  return {
    async keyedCall(accountId, key) {
      const row = await db
        .selectFrom('idempotency_keys as k')
        .innerJoin('events as e', 'e.row', 'k.event_row')
        .select(['k.request_hash', 'e.id'])
        .where('k.account_id', '=', accountId)
        .where('k.key', '=', key)
        .executeTakeFirst();
      return row && { requestHash: row.request_hash, eventId: row.id };
    },
  };
}

export function idempotencyKeyWrites(db: Kysely<Tables>): Pick<StoreWrites, 'keepKeyedCall'> {
  return {
    async keepKeyedCall(accountId, key, { requestHash, eventId }) {
      await db
        .insertInto('idempotency_keys')
        .values((values) => ({
          account_id: accountId,
          key,
          request_hash: requestHash,
          event_row: values
            .selectFrom('events')
            .select('row')
            .where('account_id', '=', accountId)
            .where('id', '=', eventId)
            .$asScalar()
            .$notNull(),
        }))
        .execute();
    },
  };
}
