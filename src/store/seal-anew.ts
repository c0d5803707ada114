import type { Kysely, Selectable } from 'kysely';
import { isSealed, keyIdOf, type SealedPlace, type Sealer } from './sealer.js';
import type { Tables } from './tables.js';

/** So many webhooks are looked at, and sealed anew, in one transaction. */
const BATCH = 200;

/** The id of a key that something in the database is sealed with; undefined when nothing is sealed yet. */
export async function keyInUse(db: Kysely<Tables>): Promise<string | undefined> {
  const row = await db.selectFrom('webhooks').select('secret').where('secret', 'like', SEALED).executeTakeFirst();
  return row && keyIdOf(row.secret);
}

/** What was sealed anew. */
export interface SealedAnew {
  /** How many webhooks had something to be sealed anew. */
  readonly count: number;
  /** How it was kept before, in words. */
  readonly before: ReadonlySet<string>;
}

/**
 * Makes sure, before anything is served, that every secret is sealed and opens. What is plain, and what is sealed with an
 * older key, is sealed with the first key.
 *
 * @throws {CalReplyError} EncryptionKeyUnusable, DataFolderUnusable, DatabaseUnusable
 */
export async function sealAnew(db: Kysely<Tables>, sealer: Sealer): Promise<SealedAnew> {
  const before = new Set<string>();
  let count = 0;
  for (let after = 0; ;) {
    const rows = await batchAfter(db, after);
    const last = rows.at(-1);
    if (last === undefined) return { count, before };
    after = last.row;
    const changes = rows.flatMap((row) => changeOf(row, sealer) ?? []);
    if (changes.length === 0) continue;
    await db.transaction().execute(async (transaction) => {
      for (const { row, ...change } of changes) {
        const was = rows.find((one) => one.row === row);
        // What another process changed meanwhile stays as it is: it is sealed with a key that all of them have.
        await transaction
          .updateTable('webhooks')
          .set(change)
          .where('row', '=', row)
          .where('secret', '=', was?.secret ?? '')
          .where('headers', '=', was?.headers ?? '')
          .execute();
      }
    });
    count += changes.length;
    for (const row of rows) for (const text of textsOf(row)) if (!sealer.isCurrent(text)) before.add(howKept(text));
  }
}

/** Says what was sealed anew, for people; undefined when nothing was. */
export function sealedAnewText({ count, before }: SealedAnew, { keyId }: Sealer): string | undefined {
  if (count === 0) return undefined;
  const whose = count === 1 ? 'one webhook' : `${count} webhooks`;
  const how = [...before].join(' and ');
  return `The secrets of ${whose} are sealed with the key ${keyId} now. Before, they were ${how}.`;
}

function textsOf({ secret, old_secret: oldSecret, headers }: Row): readonly string[] {
  return oldSecret === null ? [secret, headers] : [secret, oldSecret, headers];
}

function howKept(text: string): string {
  const id = keyIdOf(text);
  return id === undefined ? 'plain' : `sealed with ${id}`;
}

/** In SQL: like what is sealed. */
export const SEALED = 'v1.%';

type Row = Pick<Selectable<Tables['webhooks']>, 'row' | 'id' | 'secret' | 'old_secret' | 'headers'>;

function batchAfter(db: Kysely<Tables>, row: number): Promise<Row[]> {
  return db
    .selectFrom('webhooks')
    .select(['row', 'id', 'secret', 'old_secret', 'headers'])
    .where('row', '>', row)
    .orderBy('row')
    .limit(BATCH)
    .execute();
}

/** What is to be written for a webhook; undefined when all of it is sealed with the first key, and opens. */
function changeOf({ row, id, ...texts }: Row, sealer: Sealer) {
  const sealedAnew = (text: string, column: SealedPlace['column']) => {
    const place = { webhookId: id, column };
    const plain = isSealed(text) ? sealer.open(text, place) : text;
    return sealer.isCurrent(text) ? text : sealer.seal(plain, place);
  };
  const change = {
    row,
    secret: sealedAnew(texts.secret, 'secret'),
    old_secret: texts.old_secret === null ? null : sealedAnew(texts.old_secret, 'old_secret'),
    headers: sealedAnew(texts.headers, 'headers'),
  };
  const isSame =
    change.secret === texts.secret && change.old_secret === texts.old_secret && change.headers === texts.headers;
  return isSame ? undefined : change;
}
