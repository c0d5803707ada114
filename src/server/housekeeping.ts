import type { HousekeepingStore } from '../store/store.js';
import { sleep, type Clock } from '../util/clock.js';

/* All times in milliseconds. */

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Finished notifications are kept for so long when nothing else is said: 30 days. */
export const DEFAULT_KEEP = 30 * 24 * HOUR;

/** How often is looked for what is too old, and for what is not counted; the first time soon after the start. */
const REMOVE_EVERY = HOUR;
const COUNT_EVERY = 60 * SECOND;
/** Who reads what is folded folds first, so this only keeps that short. */
const FOLD_EVERY = 10 * SECOND;
const FIRST = 10 * SECOND;
/** What is pending for longer than its retries take, half an hour, waits for something else and stays for long. */
const SETTLED = HOUR;
/** After a step nothing is done for nine times as long as it took, waiting for its turn included, and so long at least. */
const REST = 9;
const SHORTEST_REST = 20;

export interface HousekeepingOptions {
  readonly store: HousekeepingStore;
  readonly clock: Clock;
  /** How long finished notifications are kept; null for ever. */
  readonly keep: number | null;
  /** Told once when a chore begins to fail; it is tried again by itself. */
  readonly onError: (error: unknown, chore: Chore) => void;
}

export type Chore = 'remove' | 'count' | 'fold';

export interface Housekeeping {
  /** Ends it after the step that is under way. */
  stop(): Promise<void>;
}

/**
 * Removes what is too old, and counts and folds what was not yet, all the time and a little at a time: a step holds up the
 * service for some milliseconds, and takes a tenth of the time at most.
 */
export function startHousekeeping({ store, clock, keep, onError }: HousekeepingOptions): Housekeeping {
  const ending = new AbortController();
  const { signal } = ending;
  const run = (chore: Chore, every: number, steps: () => AsyncIterable<unknown>) =>
    repeat({ clock, signal, every, steps, onError: (error) => onError(error, chore) });
  const chores = [
    run('count', COUNT_EVERY, () => store.countHistory(clock.now() - SETTLED)),
    run('fold', FOLD_EVERY, () => store.foldEvents()),
  ];
  if (keep !== null) chores.push(run('remove', REMOVE_EVERY, () => store.removeOld(clock.now() - keep)));
  return {
    async stop() {
      ending.abort();
      await Promise.all(chores);
    },
  };
}

interface Repeated {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly every: number;
  readonly steps: () => AsyncIterable<unknown>;
  readonly onError: (error: unknown) => void;
}

/** Does a chore again and again until the signal ends it. */
async function repeat({ clock, signal, every, steps, onError }: Repeated): Promise<void> {
  let isFailing = false;
  for (let wait = FIRST; !signal.aborted; wait = every) {
    try {
      await sleep(clock, wait, signal);
      let startedAt = clock.now();
      for await (const _ of steps()) {
        await sleep(clock, Math.max(SHORTEST_REST, REST * (clock.now() - startedAt)), signal);
        startedAt = clock.now();
      }

      isFailing = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!isFailing) onError(error);
      isFailing = true;
    }
  }
}
