import { sql } from 'kysely';
import type { HistoryEnds } from '../history-ends.js';
import type { StreamPlace } from '../stream-place.js';
import { sleep, systemClock } from '../../util/clock.js';
import type { Statements } from './statements.js';

/** So long may a transaction of ours last at most (`connection.ts`); then what was open is over, whatever else goes on. */
const LONGEST_TRANSACTION = 30_000;

/** How long to wait for what is being committed, and between two looks. In milliseconds. */
const LONGEST_WAIT = 2_000;
const LOOK_AGAIN = 5;

/** The end of the history at a time, and the number that the next transaction had then. */
interface Seen extends StreamPlace {
  readonly nextTransaction: bigint;
  readonly at: number;
}

/**
 * Up to where the history is settled, on PostgreSQL: rows are numbered before they are committed, so what is seen of them
 * may have gaps that are filled later.
 *
 * A transaction has its number before it takes a row (it locks something first). So whatever is missing below the greatest
 * row of a moment belongs to a transaction with a number below the next one of that moment; and when the oldest that is
 * still open (`pg_snapshot_xmin`) has come that far, nothing below that row is missing any more. On a server that is not
 * busy that is so at once; on one that is, those that are open in this database are looked at, as others do not matter.
 */
export function historyEnds(statements: Statements): HistoryEnds {
  let settled: StreamPlace = { notificationRow: 0, attemptRow: 0 };
  let seen: readonly Seen[] = [];
  /** Looks how far it is settled; gives how far it could be. */
  const look = async (): Promise<StreamPlace> => {
    const [row] = await statements.rows<EndRow>(END);
    if (!row) return settled;
    const { notification_row: notificationRow, attempt_row: attemptRow } = row;
    const at = systemClock.elapsed();
    const now = { notificationRow, attemptRow, nextTransaction: BigInt(row.xmax), at };
    const oldestOpen = BigInt(row.xmin);
    const all = [...seen, now];
    const open = all.some((one) => one.nextTransaction > oldestOpen) ? await openTransactions(statements) : [];
    const isSettled = (one: Seen) =>
      one.nextTransaction <= oldestOpen ||
      open.every((transaction) => !isBefore(transaction, one.nextTransaction)) ||
      at - one.at > LONGEST_TRANSACTION;
    const last = all.findLast(isSettled);
    if (last) settled = { notificationRow: last.notificationRow, attemptRow: last.attemptRow };
    seen = thinned(all.filter((one) => !isSettled(one)));
    return now;
  };
  return {
    async end(place) {
      const visible = await look();
      const deadline = systemClock.elapsed() + LONGEST_WAIT;
      while (isBeyond(visible, settled) && !(place && isBeyond(settled, place))) {
        if (systemClock.elapsed() > deadline) break;
        await sleep(systemClock, LOOK_AGAIN);
        await look();
      }

      return settled;
    },
    async lockBlock(unit, block) {
      await sql`SELECT pg_advisory_xact_lock(1127, ${block}::int)`.execute(unit);
    },
  };
}

/** The numbers of the transactions that are open in this database now, without what counts how often they came round. */
async function openTransactions(statements: Statements): Promise<readonly bigint[]> {
  const rows = await statements.rows<{ readonly xid: string }>(OPEN);
  return rows.map(({ xid }) => BigInt(xid));
}

const ROUND = 2n ** 32n;

/** Whether a transaction came before another one: within half a round of it. */
function isBefore(transaction: bigint, next: bigint): boolean {
  const distance = ((((next % ROUND) - transaction) % ROUND) + ROUND) % ROUND;
  return distance > 0n && distance < ROUND / 2n;
}

function isBeyond(one: StreamPlace, other: StreamPlace): boolean {
  return one.notificationRow > other.notificationRow || one.attemptRow > other.attemptRow;
}

const MOST_SEEN = 64;

/** Every other one, when a transaction is open for long and they become many. */
function thinned(seen: readonly Seen[]): readonly Seen[] {
  return seen.length <= MOST_SEEN ? seen : seen.filter((_, index) => index % 2 === 0 || index === seen.length - 1);
}

interface EndRow {
  readonly notification_row: number;
  readonly attempt_row: number;
  readonly xmin: string;
  readonly xmax: string;
}

const END = `
  SELECT (SELECT coalesce(max(row), 0) FROM notifications) AS notification_row,
    (SELECT coalesce(max(row), 0) FROM attempts) AS attempt_row,
    pg_snapshot_xmin(s)::text AS xmin, pg_snapshot_xmax(s)::text AS xmax
  FROM pg_current_snapshot() s`;

/** Whoever has a number holds a lock on it until it has ended. */
const OPEN = `
  SELECT l.transactionid::text AS xid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'transactionid' AND l.granted AND l.mode = 'ExclusiveLock' AND a.datname = current_database()`;
