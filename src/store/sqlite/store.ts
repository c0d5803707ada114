import { Kysely } from 'kysely';
import { accountReads, accountWrites } from '../accounts.js';
import { acceptEvents, isWebhookOn, keyedCall } from './accept.js';
import { claimDue } from './claim.js';
import { Claims } from './claims.js';
import { moveTimes } from '../clock-jumps.js';
import { checkWritable, pendingCount } from '../condition.js';
import { unusableFolder } from '../data-folder.js';
import { oldestDue } from './due.js';
import { keysOfFolder, type EncryptionKeys } from '../encryption-keys.js';
import { eventReads, eventWrites } from '../events.js';
import { countHistory } from '../history-blocks.js';
import { placeListener, type PlacingOptions } from './listener-place.js';
import { listenerOf } from './listener.js';
import { listenerMarks, listenerReads, listenerWrites } from '../listeners.js';
import { migrate } from '../migrate.js';
import { notificationReads } from '../notifications.js';
import { giveBack, recordAttempt } from './record.js';
import { removeOld } from '../removal.js';
import { retryWrites } from '../retries.js';
import { keyInUse, sealAtStart } from '../seal-at-start.js';
import { Sealer } from '../sealer.js';
import { openSqlite, type SqliteConnection } from './connection.js';
import { Dialect } from './dialect.js';
import { statisticsReads } from '../statistics.js';
import type { Store, StoreTransaction } from '../store.js';
import { streamReads } from '../stream.js';
import { subscriptionReads, subscriptionWrites } from '../subscriptions.js';
import type { Tables } from '../tables.js';
import { notificationWrites } from './notification-writes.js';
import { holderOfToken } from './token-holder.js';
import { explained, isUnavailable } from './unavailable.js';
import { webhookTestWrites } from '../webhook-tests.js';
import { webhookReads, webhookWrites } from '../webhooks.js';
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
    await migrate(db, dataDir);
    const ownKeys = async () => keysOfFolder(dataDir, { sealedUnder: await keyInUse(db), ...(say && { say }) });
    const sealer = new Sealer(keys ?? (await ownKeys()), dataDir);
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

  const transaction = (unit: Kysely<Tables>): StoreTransaction => {
    const webhooks = webhookWrites(unit, writes, sealer);
    return {
      ...reads(unit, sealer),
      listener: async (id) => listenerOf(database, id),
      ...accountWrites(unit),
      ...subscriptionWrites(unit),
      ...webhooks,
      ...listenerWrites(unit, webhooks.removeWebhook),
      ...eventWrites(unit, writes),
      ...retryWrites(unit, writes),
      ...webhookTestWrites(unit, writes),
    };
  };

  const placing: PlacingOptions = {
    ...{ db, statements: database, read: readAtOnce },
    write: (work, options) => written(queue.runAtOnce(work, options)),
  };

  return {
    ...reads(db, sealer),
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
    removeOld: (before) => removeOld(unseen, before),
    countHistory: (settledBefore) => countHistory(db, unseen, settledBefore),
    connectListener: (id, connection) => unseen((unit) => listenerMarks(unit, writes).connectListener(id, connection)),
    markConnected: (id, at) => unseen((unit) => listenerMarks(unit, writes).markConnected(id, at)),
    placeListener: (place, holder) => placeListener(placing, place, holder),
    moveTimes: (jump) => written(queue.run((unit) => moveTimes(unit, jump))),
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
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

function reads(db: Kysely<Tables>, sealer: Sealer) {
  return {
    ...accountReads(db),
    ...subscriptionReads(db),
    ...webhookReads(db, sealer),
    ...listenerReads(db),
    ...eventReads(db),
    ...notificationReads(db),
    ...statisticsReads(db),
    ...streamReads(db),
  };
}
