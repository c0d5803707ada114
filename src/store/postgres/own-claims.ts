import { Turns } from '../../util/turns.js';
import type { AttemptRecord, DeliveryStore } from '../delivery-store.js';
import type { Sealer } from '../sealer.js';
import { Batches, type BatchOptions } from './batches.js';
import { claimDue } from './claim.js';
import type { PostgresConnection } from './connection.js';
import type { HeldClaims } from './held-claims.js';
import { freeClaims, giveBackUnknown, renewClaims } from './leases.js';
import { giveBack, recordAttempts, type ClaimedRecord } from './record.js';

export interface OwnClaimsOptions {
  readonly connection: PostgresConnection;
  readonly sealer: Sealer;
  readonly held: HeldClaims;
  /** How outcomes, and what is given back, are gathered. */
  readonly batches: Omit<BatchOptions, 'atOnce'>;
  /** There may be more to claim. */
  readonly onDue: () => void;
}

/** What this process has claimed, from claiming it to its outcome. */
export interface OwnClaims extends Pick<
  DeliveryStore,
  'claim' | 'recordAttempt' | 'releaseClaim' | 'renewClaims' | 'freeClaims'
> {
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
}

/** What waits makes a larger batch, of which each costs less. */
const AT_ONCE = 1;

/**
 * A claim is a row of the database, and what it is called there is kept here. Somebody else may take the row away, when the
 * lease of this process ran out or its listener was taken over; what it still attempts it may then claim anew, for the same
 * attempt. So that such a claim is never left behind by an attempt that is over:
 *
 * # what is given back
 * goes in turn with claiming: a claim that was just made is given back as well.
 *
 * # an outcome
 * that came too late for the claim it was made under counts for one that was made meanwhile.
 */
export function ownClaims({ connection, sealer, held, batches, onDue }: OwnClaimsOptions): OwnClaims {
  const claiming = new Turns(1);
  /** A claim failed, and may be kept all the same. */
  let mayHoldUnknown = false;
  const backUnknown = async (worker: string) => {
    const given = await connection.transaction((unit) => giveBackUnknown(unit, worker, held));
    mayHoldUnknown = false;
    if (given > 0) onDue();
  };

  const recording = new Batches<ClaimedRecord, boolean>(
    (records) => connection.transaction((unit) => recordAttempts(unit, records)),
    { ...batches, atOnce: AT_ONCE },
  );
  const releasing = new Batches<{ readonly worker: string; readonly id: string }, void>(
    (items) =>
      claiming.take(async () => {
        const claims = new Map(items.map(({ worker, id }) => [id, held.of(id, worker)]));
        const there = [...claims.values()].filter((claim) => claim !== undefined);
        if (there.length > 0) await connection.transaction((unit) => giveBack(unit, there));
        for (const [id, claim] of claims) if (claim) held.end(id, claim);
        return items.map(() => undefined);
      }),
    { ...batches, atOnce: AT_ONCE },
  );

  /** The claim under which an attempt is made: of an attempt before that one, nothing counts any more. */
  const claimOf = ({ notificationId, claim: worker, attempt }: AttemptRecord) => {
    const claim = held.of(notificationId, worker);
    return claim?.attempt === attempt.number ? claim : undefined;
  };

  return {
    claim: (request) =>
      claiming.take(async () => {
        if (mayHoldUnknown) await backUnknown(request.claim);
        mayHoldUnknown = true;
        const result = await claimDue(connection, held, sealer, request);
        mayHoldUnknown = false;
        return result;
      }),
    async recordAttempt(record) {
      for (let claim = claimOf(record); claim; claim = claimOf(record)) {
        const ended = held.ends(claim);
        // Its receiver has room for another, which may be here.
        onDue();
        try {
          const isKept = await recording.add({ claim, record });
          held.end(record.notificationId, claim);
          if (isKept) return true;
        } finally {
          ended();
        }
      }

      return false;
    },
    releaseClaim: (worker, id) => releasing.add({ worker, id }),
    async renewClaims(worker, until) {
      await renewClaims(connection, worker, until);
      // What was under way to the server when a connection broke may come later than the next claim.
      await claiming.take(() => backUnknown(worker));
    },
    async freeClaims(now) {
      const freed = await connection.transaction((unit) => freeClaims(unit, now));
      if (now === undefined) held.clear();
      return freed;
    },
    async idle() {
      await Promise.all([recording.idle(), releasing.idle()]);
    },
  };
}
