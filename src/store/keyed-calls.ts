import type { Kysely } from 'kysely';
import type { KeyedCall, StoreReads } from './store.js';
import type { Tables } from './tables.js';

export function keyedCallReads(db: Kysely<Tables>): Pick<StoreReads, 'keyedCall'> {
  return {
    async keyedCall(accountId, key) {
      const row = await db
        .selectFrom('idempotency_keys as k')
        .innerJoin('events as e', 'e.row', 'k.event_row')
        .select(['k.request_hash', 'k.event_ids', 'e.id'])
        .where('k.account_id', '=', accountId)
        .where('k.key', '=', key)
        .executeTakeFirst();
      return row && toKeyedCall(row);
    },
  };
}

export interface KeyedCallRow {
  readonly request_hash: string;
  readonly event_ids: string | null;
  /** The id of the first event. */
  readonly id: string;
}

export function toKeyedCall({ request_hash: requestHash, event_ids: eventIds, id }: KeyedCallRow): KeyedCall {
  return { requestHash, eventIds: eventIds === null ? [id] : (JSON.parse(eventIds) as string[]) };
}
