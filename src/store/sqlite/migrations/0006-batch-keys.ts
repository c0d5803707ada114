import type { Kysely } from 'kysely';

/** A call with an idempotency key may make many events; `event_row` is the first of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // JSON: the ids of all of them; null when there is one.
  await db.schema.alterTable('idempotency_keys').addColumn('event_ids', 'text').execute();
}
