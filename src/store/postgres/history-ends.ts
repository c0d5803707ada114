import { sql } from 'kysely';
import { sleep, systemClock } from '../../util/clock.js';
import { Turns } from '../../util/turns.js';
import type { HistoryEnds } from '../history-ends.js';
import { earlier, type StreamPlace } from '../stream-place.js';
import type { Statements } from './statements.js';

/** No transaction of ours lasts as long as this: each of its few statements is ended after ten seconds (`connection.ts`). */
const LONGEST_TRANSACTION = 120_000;

/** How long to wait for what is being committed, and between two looks. In milliseconds. */
const LONGEST_WAIT = 2_000;
const LOOK_AGAIN = 5;

/** The end of the history at a moment, and the transactions that were open right after it. */
interface Seen extends StreamPlace {
  readonly open: readonly string[];
  readonly at: number;
}

/**
 * Up to where the history is settled, on PostgreSQL: rows are numbered before they are committed, so what is seen of them
 * may have gaps that are filled later.
 *
 * A transaction has a number of its own before it takes a row (it locks something first), and a lock on that number until it
 * has ended. So whatever is missing below the greatest row of a moment belongs to one of those that are open right after it;
 * and when none of them is open any more, nothing below that row is missing. On a database that is not busy that is so at
 * once.
 */
export function historyEnds(statements: Statements): HistoryEnds {
  let settled: StreamPlace = { notificationRow: 0, attemptRow: 0 };
  let seen: readonly Seen[] = [];
  const turns = new Turns(1);
  /** Looks how far it is settled, one look after another; gives how far it could be. */
  const look = (): Promise<StreamPlace> =>
    turns.take(async () => {
      const [row] = await statements.rows<EndRow>(END);
      const open = new Set((await statements.rows<{ readonly xid: string }>(OPEN)).map(({ xid }) => xid));
      const at = systemClock.elapsed();
      const place = { notificationRow: row?.notification_row ?? 0, attemptRow: row?.attempt_row ?? 0 };
      const all = [...seen, { ...place, open: [...open], at }];
      const isSettled = (one: Seen) => !one.open.some((xid) => open.has(xid)) || at - one.at > LONGEST_TRANSACTION;
      for (const one of all) if (isSettled(one)) settled = later(settled, one);
      seen = thinned(all.filter((one) => !isSettled(one)));
      return place;
    });
  /** Waits until all that can be seen now is settled, or something behind `place` is; gives what can be seen now. */
  const wait = async (place?: StreamPlace): Promise<StreamPlace> => {
    const visible = await look();
    const deadline = systemClock.elapsed() + LONGEST_WAIT;
    while (isBeyond(visible, settled) && !(place && isBeyond(settled, place)) && systemClock.elapsed() < deadline) {
      await sleep(systemClock, LOOK_AGAIN);
      await look();
    }

    return visible;
  };
  return {
    async end(place) {
      const visible = await wait(place);
      // A place beyond what there is was of a history that was emptied, or put back from a copy.
      return place ? later(settled, earlier(place, visible)) : settled;
    },
    async now() {
      const visible = await wait();
      return later(settled, visible);
    },
    async lockBlock(unit, block) {
      await sql`SELECT pg_advisory_xact_lock(1127, ${block}::int)`.execute(unit);
    },
  };
}

/** Of two places, the further one in each table. */
function later(one: StreamPlace, other: StreamPlace): StreamPlace {
  return {
    notificationRow: Math.max(one.notificationRow, other.notificationRow),
    attemptRow: Math.max(one.attemptRow, other.attemptRow),
  };
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
}

const END = `
  SELECT (SELECT coalesce(max(row), 0) FROM notifications) AS notification_row,
    (SELECT coalesce(max(row), 0) FROM attempts) AS attempt_row`;

/** Those of this database: on a server with others, theirs do not matter. */
const OPEN = `
  SELECT l.transactionid::text AS xid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'transactionid' AND l.granted AND l.mode = 'ExclusiveLock' AND a.datname = current_database()`;
