import { sql, type Kysely } from 'kysely';
import { SEALED, sealAnew, sealedAnewText } from '../seal-anew.js';
import type { Sealer } from '../sealer.js';
import type { Tables } from '../tables.js';

/**
 * Seals what is not sealed with the first key, and leaves nothing of how it was before in the file: a release before sealed
 * nothing.
 *
 * @param say is told what was sealed anew
 * @throws {CalReplyError} EncryptionKeyUnusable, DataFolderUnusable
 */
export async function sealAtStart(db: Kysely<Tables>, sealer: Sealer, say: (text: string) => void): Promise<void> {
  // First, so that it is done again when it fails: free pages may hold plain secrets of before.
  if (await hasPlain(db)) await sql`VACUUM`.execute(db);
  // What is overwritten from here on is not only free, but gone. Not for good: it makes every deletion dearer.
  await sql`PRAGMA secure_delete = ON`.execute(db);
  const text = sealedAnewText(await sealAnew(db, sealer), sealer);
  await sql`PRAGMA secure_delete = OFF`.execute(db);
  if (text === undefined) return;
  // The log of writes still has what was there before.
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
  say(text);
}

async function hasPlain(db: Kysely<Tables>): Promise<boolean> {
  const plain = await db
    .selectFrom('webhooks')
    .select('row')
    .where((is) =>
      is.or([
        is('secret', 'not like', SEALED),
        is('headers', 'not like', SEALED),
        is('old_secret', 'not like', SEALED),
      ]),
    )
    .executeTakeFirst();
  return plain !== undefined;
}
