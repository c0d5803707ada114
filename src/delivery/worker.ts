import { newGuid } from '../util/ids.js';
import type { AttemptRecord, ClaimedNotification, DeliveryStore, ReachableListener } from '../store/store.js';
import { attemptRecord } from './attempt.js';
import { clockJumps } from './clock-jumps.js';
import { exchanges, type ExchangeOptions } from './exchange.js';
import { EXCHANGE_TIMEOUT } from './limits.js';

/** Times in milliseconds. */
export interface WorkerOptions extends Omit<ExchangeOptions, 'exchangeTimeout' | 'ending'> {
  readonly store: DeliveryStore;
  /** The listeners whose tunnel ends in this process. */
  readonly reachableListeners: () => readonly ReachableListener[];
  /** Told when the store fails; the worker goes on by itself. */
  readonly onError: (error: unknown) => void;
  /** Told of each attempt once its outcome is kept. Called thousands of times a second: it must be quick, and never throw. */
  readonly onAttempt?: ((notification: ClaimedNotification, record: AttemptRecord) => void) | undefined;
  /** At most this many attempts at once to URLs, over all webhooks. */
  readonly concurrency?: number;
  /** At most this many at once to one URL, so that a slow receiver harms nobody else. A listener says so itself. */
  readonly perWebhook?: number;
  readonly exchangeTimeout?: ExchangeOptions['exchangeTimeout'];
  /** From 0 (included) to 1; for jitter. */
  readonly random?: () => number;
}

export interface Worker {
  /** There may be something due: look now. Cheap, and many calls at once are one look. */
  wake(): void;
  /** What it is doing. */
  condition(): Promise<EngineCondition>;
  /** Takes nothing new, waits up to `drainMs` for what is in flight, then ends it. */
  stop(drainMs: number): Promise<void>;
}

/** What the engine is doing, for those who watch it. */
export interface EngineCondition {
  /** How many are in flight to URLs, and to listeners. */
  readonly inFlight: { readonly urls: number; readonly listeners: number };
  /** How long the oldest has been due that is not in flight, in milliseconds; 0 when there is none. */
  readonly oldestDue: number;
  /**
   * How far the engine itself is behind, in milliseconds: how long a webhook with something due has had less than its
   * share, while there was more to claim than room to take it. What waits for a receiver that is slow, hung or down does
   * not count, and neither does what fell due while the engine had nothing to do and begins now.
   */
  readonly lag: number;
}

const LEASE = 45_000;
const RENEW_EVERY = 10_000;
/** A round may be as late as this without anything having been out. */
const RENEW_SLACK = 5_000;
/** At most this many at once to one webhook, when three quarters of the room are taken. */
const SHARE_OF_RESERVE = 2;
/** How long to wait before trying again when the store fails. */
const AFTER_FAILURE = 1_000;

/**
 * The delivery engine: claims what is due, attempts it, keeps the outcome, and looks again.
 *
 * # waiting
 * Nothing is due. A wake-up (something was accepted, a listener came) or the next due time leads to claiming.
 *
 * # claiming
 * Asks the store for as many notifications as there is room for. They are ours until the lease ends, which a timer of
 * its own keeps renewing; if this process dies they are freed.
 *
 * # attempting
 * One request, under one abort signal. Its outcome and the decision of the retry schedule are kept in one write, which
 * counts only while the claim is still ours. The room that is left is filled by claiming again.
 *
 * # stopping
 * Nothing new is claimed. What is in flight may end by itself; what does not is aborted, and given back unattempted.
 */
export function startWorker(options: WorkerOptions): Worker {
  const {
    store,
    clock,
    concurrency = 256,
    perWebhook = 32,
    exchangeTimeout = EXCHANGE_TIMEOUT,
    random = Math.random,
  } = options;
  const claim = newGuid();
  const jumps = clockJumps(clock);
  const inFlight = new Set<Promise<void>>();
  let inFlightToUrls = 0;
  /** Of those, the ones whose exchange is over, while their outcome is written. */
  let beingRecorded = 0;
  const ending = new AbortController();
  const exchange = exchanges({ ...options, exchangeTimeout, ending: ending.signal });
  let stopped = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  /** Since when there may be more to claim than was taken; undefined once a look took all there was. */
  let behindSince: number | undefined;
  let cancelTimer = () => {};

  const wake = () => {
    if (stopped) return;
    lookAgain = true;
    looking ??= look();
  };

  const look = async () => {
    while (lookAgain && !stopped) {
      // What ends in this turn of the event loop makes room for one claim together.
      await new Promise((resolve) => setImmediate(resolve));
      if (stopped) break;
      lookAgain = false;
      behindSince ??= clock.now();
      cancelTimer();
      try {
        await claimMore();
      } catch (error) {
        options.onError(error);
        cancelTimer = clock.after(AFTER_FAILURE, wake);
      }
    }

    looking = undefined;
  };

  const lookAtClock = () => jumps.look((jump) => store.moveTimes(jump));

  const claimMore = async () => {
    await lookAtClock();
    // Whose outcome is being written takes no room at its receiver; twice as many as that are held at most.
    // A full worker still claims for listeners, and looks again by itself as soon as an attempt ends.
    const room = concurrency - inFlightToUrls + Math.min(beingRecorded, concurrency);
    // The last quarter is for those who have next to nothing in flight, and not for more of the slow.
    const reserve = Math.floor(concurrency / 4);
    const share =
      room > reserve
        ? { limit: room - reserve, perWebhook }
        : { limit: Math.max(room, 0), perWebhook: Math.min(perWebhook, SHARE_OF_RESERVE) };
    const now = clock.now();
    const { claimed, nextDueAt } = await store.claim({
      claim,
      now,
      until: now + LEASE,
      reachableListeners: options.reachableListeners(),
      ...share,
    });
    // What was being claimed when the end came is given back.
    if (stopped) return giveBack(claimed);
    for (const notification of claimed) {
      const places = notification.webhook.listenerId === null ? 1 : 0;
      const done = attempt(notification).catch(options.onError);
      inFlight.add(done);
      inFlightToUrls += places;
      void done.finally(() => {
        inFlight.delete(done);
        inFlightToUrls -= places;
        wake();
      });
    }

    if (claimed.length < share.limit) behindSince = undefined;
    // It took all it could of one share; there may be more for the other.
    if (claimed.length > 0 && claimed.length >= share.limit) lookAgain = true;
    if (nextDueAt !== null) cancelTimer = clock.after(nextDueAt - now, wake);
  };

  const giveBack = async (claimed: readonly ClaimedNotification[]) => {
    await Promise.all(claimed.map(({ id }) => store.releaseClaim(claim, id)));
  };

  const attempt = async (notification: ClaimedNotification) => {
    const startedAt = clock.now();
    const start = jumps.mark();
    const outcome = await exchange(notification, startedAt).catch((error: unknown) => {
      // Our own mistake, and no reason to keep the notification claimed for good.
      options.onError(error);
      return { kind: 'unanswered', error: 'failed', durationMs: clock.now() - start().at } as const;
    });
    if (outcome.kind === 'unsent') return persist(() => giveBack([notification]));
    const place = notification.webhook.listenerId === null ? 1 : 0;
    beingRecorded += place;
    const record = attemptRecord(notification, outcome, { claim, start: start(), now: clock.now(), random: random() });
    // The receiver has been told; keep trying to write that down, or it would be told again for no reason.
    await persist(async () => {
      // First what is due by the date before, then what is by this one.
      await lookAtClock();
      if (await store.recordAttempt(record)) options.onAttempt?.(notification, record);
    });
    beingRecorded -= place;
  };

  /** Writes, again and again while the store fails. What a stopped worker leaves claimed is freed at the next start. */
  const persist = async (write: () => Promise<unknown>) => {
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        options.onError(error);
        if (stopped) return;
        await new Promise<void>((resolve) => clock.after(AFTER_FAILURE, resolve));
      }
    }
  };

  let renewedAt = clock.elapsed();
  const renew = async () => {
    const now = clock.now();
    await store.renewClaims(claim, now + LEASE);
    // After an outage nobody could renew: whoever is back first gives the others a round to do so.
    const wasOut = clock.elapsed() - renewedAt > 2 * RENEW_EVERY + RENEW_SLACK;
    renewedAt = clock.elapsed();
    if (!wasOut && (await store.freeClaims(now)) > 0) wake();
  };
  const renewal = setInterval(() => void renew().catch(options.onError), RENEW_EVERY);
  wake();

  return {
    wake,
    async condition() {
      const { dueAt, unservedDueAt } = await store.oldestDue({
        now: clock.now(),
        share: Math.min(perWebhook, SHARE_OF_RESERVE),
        reachableListeners: options.reachableListeners(),
      });
      const now = clock.now();
      const age = (since: number | null) => (since === null ? 0 : Math.max(now - since, 0));
      return {
        inFlight: { urls: inFlightToUrls, listeners: inFlight.size - inFlightToUrls },
        oldestDue: age(dueAt),
        lag: behindSince === undefined ? 0 : Math.min(age(unservedDueAt), age(behindSince)),
      };
    },
    async stop(drainMs) {
      stopped = true;
      await looking;
      cancelTimer();
      const all = Promise.all(inFlight);
      let cancel = () => {};
      const limit = new Promise<void>((resolve) => {
        cancel = clock.after(drainMs, resolve);
      });
      await Promise.race([all, limit]);
      cancel();
      ending.abort();
      await all;
      clearInterval(renewal);
    },
  };
}
