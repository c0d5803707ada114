import { newGuid } from '../../util/ids.js';
import type { HolderSession, HoldingEnd, SharedHolders } from '../listener-store.js';
import type { PostgresConnection } from './connection.js';
import { CLAIMS, giveBackUnheld, readClaims } from './claim-rows.js';
import { NOW } from './database-clock.js';
import { StartOver } from './failures.js';
import type { HeldClaims } from './held-claims.js';

/** So long a process has a listener after it last said so, in milliseconds. */
const LEASE = 30_000;
/** How often it says so: with every so many looks. */
const RENEW_EVERY = 8;

export interface ListenerHoldersOptions {
  /** The name of this process. */
  readonly self: string;
  /** What this process has claimed: that is given back by itself. */
  readonly held: HeldClaims;
  /** Tells the other processes to look. */
  readonly tell: () => void;
}

/** What the store does with them beside what the tunnel does. */
export interface ListenerHolders extends SharedHolders {
  /** Looks what the others hold, and whether what is held here is held here still. To be called from time to time. */
  look(): Promise<void>;
}

/** Times are the database's own. */
export function listenerHolders(
  connection: PostgresConnection,
  { self, held, tell }: ListenerHoldersOptions,
): ListenerHolders {
  /** What is connected here, by the name that it has in the database. */
  const ours = new Map<string, Ours>();
  let others: ReadonlyMap<string, { readonly isConnected: boolean }> = new Map();
  let onEnded: Parameters<SharedHolders['onEnded']>[0] = () => {};
  let looks = 0;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  const end = (holding: string, why: HoldingEnd) => {
    if (ours.delete(holding)) onEnded(holding, why);
  };

  const look = async () => {
    const known = new Map(ours);
    if (looks++ % RENEW_EVERY === 0) {
      if (known.size > 0) await connection.rows(RENEW, [[...known.keys()], LEASE]);
      await connection.rows(FORGET, [LEASE]);
    }

    const rows = await connection.rows<HolderRow>(HOLDERS);
    const byListener = new Map(rows.map((row) => [row.listener_id, row]));
    others = new Map(
      rows.filter(({ process }) => process !== self).map((row) => [row.listener_id, { isConnected: row.is_connected }]),
    );
    for (const [holding, one] of known) {
      const row = byListener.get(one.listenerId);
      // Its time was over, since this process stood still: it is taken anew, if nobody else has.
      if (!row) await takeAgain(holding, one);
      else if (row.holding !== holding) end(holding, endOf(row, one));
      else if (row.ending !== null) end(holding, JSON.parse(row.ending) as HoldingEnd);
    }
  };

  const write = (holding: string, { listenerId, session, client }: Ours, takeover: boolean) =>
    connection.transaction(async (unit) => {
      const [before] = await unit.rows<HolderRow>(LOCK_HOLDER, [listenerId]);
      if (before?.is_over === false && before.session !== session && !takeover) return before.client;
      const taken = await unit.rows(TAKE, [listenerId, self, holding, session, client, LEASE, takeover]);
      if (taken.length === 0) throw new StartOver('another session took the listener in the same moment');
      // What another process was sending to the listener reaches nobody from there any more.
      if (before?.process !== self) await giveBackUnheld(unit, await readClaims(unit, CLAIMS_AT, [listenerId]), held);
      return undefined;
    });

  const takeAgain = async (holding: string, one: Ours) => {
    // It may have been closed while this looked.
    if (!ours.has(holding)) return;
    const by = await write(holding, one, false);
    if (by !== undefined) end(holding, { kind: 'taken', by });
    else if (!ours.has(holding)) await connection.rows(RELEASE, [holding]);
  };

  return {
    async take(listenerId, { session, client, takeover }) {
      const [holding, one] = [newGuid(), { listenerId, session, client }];
      const heldBy = await write(holding, one, takeover);
      if (heldBy !== undefined) return { kind: 'held', client: heldBy };
      ours.set(holding, one);
      tell();
      return { kind: 'taken', holding };
    },
    async release(holding, heldFor) {
      ours.delete(holding);
      await (heldFor === 0 ? connection.rows(RELEASE, [holding]) : connection.rows(RELEASE_LATER, [holding, heldFor]));
      tell();
    },
    others: () => others,
    async end(listenerId, why) {
      const ended = await connection.rows(END, [listenerId, self, JSON.stringify(why)]);
      if (ended.length > 0) tell();
    },
    onEnded: (listener) => (onEnded = listener),
    async look() {
      lookAgain = true;
      looking ??= (async () => {
        try {
          while (lookAgain) {
            lookAgain = false;
            await look();
          }
        } finally {
          looking = undefined;
        }
      })();
      await looking;
    },
  };
}

interface Ours extends HolderSession {
  readonly listenerId: string;
}

function endOf({ session, client }: HolderRow, holder: HolderSession): HoldingEnd {
  return session === holder.session ? { kind: 'moved' } : { kind: 'taken', by: client };
}

interface HolderRow {
  readonly listener_id: string;
  readonly process: string;
  readonly holding: string;
  readonly session: string;
  readonly client: string;
  readonly is_connected: boolean;
  readonly is_over: boolean;
  /** JSON: why its process is to close it; null while it may stay. */
  readonly ending: string | null;
}

const HOLDERS = `
  SELECT listener_id, process, holding, session, client, is_connected, false AS is_over, ending
  FROM listener_holders WHERE until > ${NOW}`;

const LOCK_HOLDER = `
  SELECT listener_id, process, holding, session, client, is_connected, until <= ${NOW} AS is_over, ending
  FROM listener_holders WHERE listener_id = $1 FOR UPDATE`;

const TAKE = `
  INSERT INTO listener_holders (listener_id, process, holding, session, client, is_connected, until, ending)
  VALUES ($1, $2, $3, $4, $5, true, ${NOW} + $6, NULL)
  ON CONFLICT (listener_id) DO UPDATE SET
    process = excluded.process, holding = excluded.holding, session = excluded.session, client = excluded.client,
    is_connected = true, until = excluded.until, ending = NULL
  WHERE listener_holders.until <= ${NOW} OR listener_holders.session = excluded.session OR $7
  RETURNING 1`;

/** Those that are connected here, and nothing else that this process may have left. */
const RENEW = `UPDATE listener_holders SET until = ${NOW} + $2 WHERE holding = ANY ($1::text[]) AND is_connected`;

/** Whoever died left them. */
const FORGET = `DELETE FROM listener_holders WHERE until < ${NOW} - $1`;

const RELEASE = 'DELETE FROM listener_holders WHERE holding = $1';

const RELEASE_LATER = `
  UPDATE listener_holders SET is_connected = false, until = ${NOW} + $2 WHERE holding = $1`;

const END = `
  UPDATE listener_holders SET ending = $3 WHERE listener_id = $1 AND process <> $2 AND is_connected RETURNING 1`;

const CLAIMS_AT = `${CLAIMS} JOIN webhooks w ON w.row = c.webhook_row WHERE w.listener_id = $1`;
