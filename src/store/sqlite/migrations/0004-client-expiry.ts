import type { Kysely } from 'kysely';

/** Credentials that were replaced hold for a while longer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('clients').addColumn('expires_at', 'bigint').execute();
}
