import { Kysely } from 'kysely';
import { acceptEvents, isWebhookOn, keyedCall } from './accept.js';
import { claimDue } from './claim.js';
import { Claims } from './claims.js';
import { moveTimes } from '../clock-jumps.js';
import { checkWritable, pendingCount } from '../condition.js';
import { newerFolder, unusableFolder } from '../data-folder.js';
import { insightReads } from '../insights/reads.js';
import { listenerMarks } from '../listeners.js';
import { storeReads, storeWrites } from '../parts.js';
import { keyInUse } from '../seal-anew.js';
import { migrations } from './migrations/index.js';
import { sealAtStart } from './seal-at-start.js';
import { oldestDue } from './due.js';
import { keysOfFolder, type EncryptionKeys } from '../encryption-keys.js';
import { foldEvents } from '../fold-events.js';
import { countHistory } from '../history-blocks.js';
import { placeListener, type PlacingOptions } from './listener-place.js';
import { listenerOf } from './listener.js';
import { migrate } from '../migrate.js';
import { giveBack, recordAttempt } from './record.js';
import { removeOld } from '../removal.js';
import { Sealer } from '../sealer.js';
import { openSqlite, type SqliteConnection } from './connection.js';
import { Dialect } from './dialect.js';
import type { Store, StoreTransaction } from '../store.js';
import type { Tables } from '../tables.js';
import { historyEnds } from './history-ends.js';
import { notificationWrites } from './notification-writes.js';
import { holderOfToken } from './token-holder.js';
import { explained, isUnavailable } from './unavailable.js';
import { WriteQueue } from './write-queue.js';

export interface OpenOptions {
  /** What secrets are sealed with; the file `encryption.key` of the folder when absent. */
  readonly keys?: EncryptionKeys | undefined;
  /** Is told what was put right: a sentence for people. */
  readonly say?: (text: string) => void;
}

/**
 * The store on SQLite, in a data folder of its own.
 *
 * @throws {CalReplyError} DataFolderInUse, DataFolderUnusable, EncryptionKeyUnusable
 */
export async function openSqliteStore(dataDir: string, { keys, say }: OpenOptions = {}): Promise<Store> {
  const database = openSqlite(dataDir, say);
  const db = new Kysely<Tables>({ dialect: new Dialect(database) });
  try {
    await migrate(db, { migrations, newer: () => newerFolder(dataDir) });
    const keptIn = { text: `the data folder ${dataDir}`, code: 'DataFolderUnusable' } as const;
    const ownKeys = async () => keysOfFolder(dataDir, { keptIn, sealedUnder: await keyInUse(db), say });
    const sealer = new Sealer(keys ?? (await ownKeys()), keptIn);
    await sealAtStart(db, sealer, (text) => say?.(text));
    return sqlStore(db, database, sealer);
  } catch (error) {
    await db.destroy();
    throw isUnavailable(error) ? unusableFolder(dataDir, error) : error;
  }
}

function sqlStore(db: Kysely<Tables>, database: SqliteConnection, sealer: Sealer): Store {
  const queue = new WriteQueue(db, database);
  const claims = new Claims();
  const ends = historyEnds(db);
  const writes = notificationWrites(database, claims);
  const listeners = new Set<() => void>();
  const written = async <T>(kept: Promise<T>): Promise<T> => {
    try {
      const result = await kept;
      for (const tell of listeners) tell();
      return result;
    } catch (error) {
      throw explained(error);
    }
  };
  const unseen = async <T>(work: (unit: Kysely<Tables>) => Promise<T>): Promise<T> => {
    try {
      return await queue.run(work);
    } catch (error) {
      throw explained(error);
    }
  };
  const readAtOnce = async <T>(read: () => T): Promise<T> => {
    try {
      // Behind a unit that is halfway, nobody has one open on the connection once it is ours.
      return queue.isHalfway ? await db.connection().execute(() => Promise.resolve(read())) : read();
    } catch (error) {
      throw explained(error);
    }
  };
  const giveBackClaim = async (id: string, name?: string) => {
    const claim = claims.held(id, name);
    if (!claim) return;
    await written(queue.runAtOnce(() => giveBack(database, claim), { onCommit: () => claims.end(id) }));
  };

  const fold = () => foldEvents(unseen);

  const transaction = (unit: Kysely<Tables>): StoreTransaction => ({
    ...storeReads(unit, sealer, historyEnds(unit)),
    listener: async (id) => listenerOf(database, id),
    ...storeWrites(unit, writes, sealer),
  });

  const placing: PlacingOptions = {
    ...{ db, statements: database, read: readAtOnce },
    write: (work, options) => written(queue.runAtOnce(work, options)),
  };

  return {
    ...storeReads(db, sealer, ends),
    ...insightReads((read) => read(db), fold),
    encryptionKeyId: sealer.keyId,
    write: (work) => written(queue.run((unit) => work(transaction(unit)))),
    acceptEvents: (call) =>
      written(queue.runAtOnce(() => acceptEvents(database, call), { weight: call.events.length })),
    keyedCall: (accountId, key) => readAtOnce(() => keyedCall(database, accountId, key)),
    isWebhookOn: (accountId, id) => readAtOnce(() => isWebhookOn(database, accountId, id)),
    listener: (id) => readAtOnce(() => listenerOf(database, id)),
    holderOfToken: (hash, now) => readAtOnce(() => holderOfToken(database, hash, now)),
    async claim(request) {
      // What cannot be recorded is not sent: it would be sent again.
      if (queue.failing !== undefined) await unseen(checkWritable);
      return readAtOnce(() => claimDue(database, claims, sealer, request));
    },
    oldestDue: (request) => readAtOnce(() => oldestDue(database, claims, request)),
    async recordAttempt(record) {
      const { notificationId: id } = record;
      const claim = claims.held(id, record.claim);
      if (!claim) return false;
      // Only when it is committed: until then it is in flight, and stays it when the disk is full.
      return written(queue.runAtOnce(() => recordAttempt(database, claim, record), { onCommit: () => claims.end(id) }));
    },
    releaseClaim: (name, id) => giveBackClaim(id, name),
    async renewClaims(name, until) {
      claims.renew(name, until);
    },
    async freeClaims(now) {
      const expired = claims.expired(now);
      await Promise.all(expired.map((id) => giveBackClaim(id)));
      return expired.length;
    },
    // It is no news to those who watch the history grow.
    removeOld: (before) => removeOld(unseen, before, fold),
    countHistory: (settledBefore) => countHistory(db, unseen, settledBefore, ends),
    foldEvents: fold,
    connectListener: (id, connection) => unseen((unit) => listenerMarks(unit, writes).connectListener(id, connection)),
    markConnected: (id, at) => unseen((unit) => listenerMarks(unit, writes).markConnected(id, at)),
    placeListener: (place, holder) => placeListener(placing, place, holder),
    moveTimes: (jump) => written(queue.run((unit) => moveTimes(unit, jump))),
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDue: () => () => {},
    sharedHolders: undefined,
    synced: async () => {
      await unseen(() => Promise.resolve());
    },
    checkWritable: () => unseen(checkWritable),
    pendingCount: (atMost) => pendingCount(db, atMost),
    async close() {
      await queue.idle();
      await db.destroy();
    },
  };
}
