import type { Kysely } from 'kysely';

/** A webhook whose secret was rotated signs with the old one as well, until a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('webhooks').addColumn('old_secret', 'text').execute();
  await db.schema.alterTable('webhooks').addColumn('old_secret_until', 'bigint').execute();
}
