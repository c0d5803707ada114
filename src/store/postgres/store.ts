import { randomBytes } from 'node:crypto';
import { newGuid } from '../../util/ids.js';
import type { Clock } from '../../util/clock.js';
import type { AcceptCall, AcceptOutcome } from '../accept-store.js';
import { pendingCount } from '../condition.js';
import type { EncryptionKeys } from '../encryption-keys.js';
import { foldEvents } from '../fold-events.js';
import { countHistory } from '../history-blocks.js';
import { insightReads } from '../insights/reads.js';
import { listenerMarks } from '../listeners.js';
import { storeReads, storeWrites } from '../parts.js';
import { removeOld } from '../removal.js';
import type { Sealer } from '../sealer.js';
import type { Store, StoreTransaction } from '../store.js';
import { acceptCalls } from './accept.js';
import { Batches } from './batches.js';
import { alone } from './chores.js';
import { moveTimes } from './clock-jumps.js';
import { PostgresConnection } from './connection.js';
import { databaseClock, type DatabaseClock } from './database-clock.js';
import { halfMoved, shownAddress, unusableDatabase } from './database-errors.js';
import { oldestDue } from './due.js';
import { explained, isUnavailable, isWorthStartingOver } from './failures.js';
import { HeldClaims } from './held-claims.js';
import { historyEnds } from './history-ends.js';
import { keyedCall } from './keyed-calls.js';
import { listenerHolders } from './listener-holders.js';
import { listenerOf } from './listener.js';
import { placeListener } from './listener-place.js';
import { migratePostgres } from './migrate.js';
import { startNotices } from './notices.js';
import { notificationWrites } from './notification-writes.js';
import { ownClaims } from './own-claims.js';
import { isWebhookOn } from './receivers.js';
import { sealerFor } from './sealer-for.js';
import { holderOfToken } from './token-holder.js';
import type { Unit } from './transaction.js';

export interface OpenPostgresOptions {
  /** Where to listen for notices, when the address of the database is that of a pooler. */
  readonly listenUrl?: string | undefined;
  /** What secrets are sealed with; the file `encryption.key` of the folder when absent. */
  readonly keys?: EncryptionKeys | undefined;
  /** The folder for that file. */
  readonly dataDir: string;
  /** Is told what was put right, and what goes wrong: a sentence for people. */
  readonly say?: (text: string) => void;
}

/** What keeps everything, and the clock that goes with it. */
export interface OpenedStore {
  readonly store: Store;
  readonly clock: Clock;
}

/** Who waits for what other processes do looks as often as this, whatever they are told. In milliseconds. */
const LOOK_EVERY = 1_000;
/** The clock of the database is measured with every so many looks. */
const MEASURE_EVERY = 5;
/** As much is kept in one transaction, so that the first of a long queue is not kept waiting. */
const MOST_PER_COMMIT = 512;
/** Of what is accepted, one commit waits for the disk while the next is prepared. */
const ACCEPTED_AT_ONCE = 2;

/**
 * The store on PostgreSQL, beside any number of other processes.
 *
 * @throws {CalReplyError} DatabaseUnusable, EncryptionKeyUnusable
 */
export async function openPostgresStore(url: string, options: OpenPostgresOptions): Promise<OpenedStore> {
  const { dataDir, say = () => {} } = options;
  let connection: PostgresConnection | undefined;
  try {
    // Whoever listens elsewhere has a pooler in between.
    const isPooled = options.listenUrl !== undefined;
    await migratePostgres(url, { isPooled });
    connection = new PostgresConnection(url, { isPooled });
    if ((await connection.rows('SELECT 1 FROM moves WHERE NOT is_done')).length > 0) throw halfMoved(url);
    const keptIn = { text: `the database ${shownAddress(url)}`, code: 'DatabaseUnusable' } as const;
    const sealer = await sealerFor(connection, options.keys, { keptIn, say, dataDir });
    const clock = await databaseClock(connection);
    return {
      store: postgresStore(connection, sealer, { ...options, url, say, clock }),
      clock,
    };
  } catch (error) {
    await connection?.close();
    throw unusableDatabase(url, error);
  }
}

interface PartOptions extends Pick<OpenPostgresOptions, 'listenUrl'> {
  readonly url: string;
  readonly say: (text: string) => void;
  readonly clock: DatabaseClock;
}

function postgresStore(connection: PostgresConnection, sealer: Sealer, options: PartOptions): Store {
  const self = newGuid();
  const held = new HeldClaims();
  const ends = historyEnds(connection);
  const writeListeners = new Set<() => void>();
  const dueListeners = new Set<() => void>();
  const tell = (listeners: ReadonlySet<() => void>) => {
    for (const listener of listeners) listener();
  };
  const notices = startNotices({
    url: options.listenUrl ?? options.url,
    self,
    onNotice(kind) {
      if (kind === 'listeners') return lookAtHolders();
      if (kind === 'due') tell(dueListeners);
      tell(writeListeners);
    },
    notify: (channel, text) => connection.rows('SELECT pg_notify($1, $2)', [channel, text]),
    say: options.say,
  });
  const holders = listenerHolders(connection, { self, held, tell: () => notices.send('listeners') });
  // What cannot be looked at now is looked at a second later.
  const lookAtHolders = () => void holders.look().catch(() => {});
  let looks = 0;
  const looking = setInterval(() => {
    lookAtHolders();
    if (++looks % MEASURE_EVERY === 0) void options.clock.synchronise().catch(() => {});
    tell(dueListeners);
    tell(writeListeners);
  }, LOOK_EVERY);

  const plainly = async <T>(kept: Promise<T>): Promise<T> => {
    try {
      return await kept;
    } catch (error) {
      throw explained(error);
    }
  };
  const written = async <T>(kept: Promise<T>, kind: 'due' | 'history' = 'due'): Promise<T> => {
    const result = await plainly(kept);
    tell(writeListeners);
    notices.send(kind);
    return result;
  };
  const unseen = <T>(work: (unit: Unit) => Promise<T>) => plainly(connection.transaction(work));

  const batchOptions = { mostWeight: MOST_PER_COMMIT, concernsAll };
  const accepting = new Batches<AcceptCall, AcceptOutcome>(
    (calls) => connection.transaction((unit) => acceptCalls(unit, calls)),
    { ...batchOptions, atOnce: ACCEPTED_AT_ONCE },
  );
  const claims = ownClaims({ connection, sealer, held, batches: batchOptions, onDue: () => tell(dueListeners) });

  const fold = () =>
    foldEvents((work) =>
      unseen(async (unit) => {
        await unit.rows(FOLD_ALONE);
        return work(unit.db);
      }),
    );

  const transaction = (unit: Unit): StoreTransaction => {
    const { db } = unit;
    return {
      ...storeReads(db, sealer, ends),
      listener: (id) => listenerOf(unit, id),
      ...storeWrites(db, notificationWrites(unit), sealer),
    };
  };

  return {
    ...storeReads(connection.db, sealer, ends),
    // In a transaction for how statements are planned there: of a table that grew fast, the database knows little yet.
    ...insightReads((read) => unseen(({ db }) => read(db)), fold),
    encryptionKeyId: sealer.keyId,
    write: (work) => written(connection.transaction((unit) => work(transaction(unit)))),
    acceptEvents: (call) => written(accepting.add(call, call.events.length)),
    keyedCall: (accountId, key) => plainly(keyedCall(connection, accountId, key)),
    isWebhookOn: (accountId, id) => plainly(isWebhookOn(connection, accountId, id)),
    listener: (id) => plainly(listenerOf(connection, id)),
    holderOfToken: (hash, now) => plainly(holderOfToken(connection, hash, now)),
    claim: (request) => plainly(claims.claim(request)),
    oldestDue: (request) => unseen((unit) => oldestDue(unit, request)),
    recordAttempt: (record) => written(claims.recordAttempt(record), 'history'),
    releaseClaim: (worker, id) => written(claims.releaseClaim(worker, id)),
    renewClaims: (worker, until) => plainly(claims.renewClaims(worker, until)),
    async freeClaims(now) {
      const freed = await plainly(claims.freeClaims(now));
      if (freed > 0) notices.send('due');
      return freed;
    },
    removeOld: (before) =>
      alone(connection, { chore: 'remove', worker: self }, () =>
        removeOld((work) => unseen((unit) => work(unit.db)), before, fold),
      ),
    countHistory: (settledBefore) =>
      alone(connection, { chore: 'count', worker: self }, () =>
        countHistory(connection.db, (work) => unseen((unit) => work(unit.db)), settledBefore, ends),
      ),
    foldEvents: fold,
    connectListener: (id, at) =>
      unseen((unit) => listenerMarks(unit.db, notificationWrites(unit)).connectListener(id, at)),
    markConnected: (id, at) => unseen((unit) => listenerMarks(unit.db, notificationWrites(unit)).markConnected(id, at)),
    sharedHolders: holders,
    placeListener: (place, holder) => written(placeListener(connection, place, holder)),
    moveTimes: (jump) => written(moveTimes(connection, jump)),
    onWrite(listener) {
      writeListeners.add(listener);
      return () => writeListeners.delete(listener);
    },
    onDue(listener) {
      dueListeners.add(listener);
      return () => dueListeners.delete(listener);
    },
    // A transaction is told to be committed when the disk has it.
    synced: () => Promise.resolve(),
    async checkWritable() {
      await plainly(connection.rows(PROBE, [randomBytes(PROBE_BYTES)]));
    },
    pendingCount: (atMost) => plainly(pendingCount(connection.db, atMost)),
    async close() {
      clearInterval(looking);
      await Promise.all([accepting.idle(), claims.idle()]);
      await notices.close();
      await connection.close();
    },
  };
}

/** Whether none of a batch could be kept; otherwise it may be one of them that could not, and each is tried by itself. */
function concernsAll(error: unknown): boolean {
  return isUnavailable(error) && !isWorthStartingOver(error);
}

/** Until the transaction ends, among all processes. */
const FOLD_ALONE = 'SELECT pg_advisory_xact_lock(1128)';

/** As much as an event takes. */
const PROBE_BYTES = 2_048;

const PROBE = `
  INSERT INTO write_probe (row, bytes) VALUES (1, $1) ON CONFLICT (row) DO UPDATE SET bytes = excluded.bytes`;
