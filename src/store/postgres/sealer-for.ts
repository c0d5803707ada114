import { keysOfFolder, type EncryptionKeys, type KeysOfFolderOptions } from '../encryption-keys.js';
import { keyInUse, sealAnew, sealedAnewText } from '../seal-anew.js';
import { keyIdOf, Sealer } from '../sealer.js';
import type { PostgresConnection } from './connection.js';

/**
 * What is sealed is sealed for all processes, and one with other keys is refused before it seals anything: a text in the
 * database is for that.
 */
export async function sealerFor(
  connection: PostgresConnection,
  keys: EncryptionKeys | undefined,
  { keptIn, say, dataDir }: Omit<KeysOfFolderOptions, 'sealedUnder'> & { readonly dataDir: string },
): Promise<Sealer> {
  const check = async () => {
    const [row] = await connection.rows<{ readonly sealed: string }>('SELECT sealed FROM encryption_check');
    return row?.sealed;
  };
  const before = await check();
  // What was moved here has secrets already, and no check yet.
  const sealedUnder = before === undefined ? await keyInUse(connection.db) : keyIdOf(before);
  const sealer = new Sealer(keys ?? keysOfFolder(dataDir, { keptIn, sealedUnder, say }), keptIn);
  const place = { webhookId: 'check', column: 'secret' } as const;
  const insert = 'INSERT INTO encryption_check (row, sealed) VALUES (1, $1) ON CONFLICT (row) DO NOTHING';
  if (before !== undefined) sealer.open(before, place);
  const text = sealedAnewText(await sealAnew(connection.db, sealer), sealer);
  if (text !== undefined) say?.(text);
  // Last: a check that is sealed with a key that opens nothing would keep the right one out.
  if (before === undefined) await connection.rows(insert, [sealer.seal('calreply', place)]);
  const kept = (await check()) ?? '';
  sealer.open(kept, place);
  if (!sealer.isCurrent(kept)) {
    await connection.rows('UPDATE encryption_check SET sealed = $1', [sealer.seal('calreply', place)]);
  }

  return sealer;
}
