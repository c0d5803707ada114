import { sleep, type Clock } from '../util/clock.js';

export interface SettlingOptions {
  readonly clock: Clock;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/** How long nothing may move before it is not waited for any longer, in milliseconds. */
const STANDSTILL = 30_000;
/** The least time between two looks, in milliseconds; a look that takes long is followed by a longer rest. */
const LOOK_EVERY = 200;
const REST = 3;

/**
 * Looks again and again, until nothing is left to wait for, or nothing has moved for 30 s.
 *
 * @param look tells how many are left
 */
export async function untilSettled(look: () => Promise<number>, { clock, signal }: SettlingOptions): Promise<void> {
  let left = Infinity;
  for (let movedAt = clock.now(); ;) {
    const startedAt = clock.now();
    const before = left;
    left = await look();
    if (left !== before) movedAt = clock.now();
    if (left === 0 || clock.now() - movedAt > STANDSTILL) return;
    const rest = Math.max(LOOK_EVERY, REST * (clock.now() - startedAt));
    // ^C: what is known by now is told.
    await sleep(clock, rest, signal).catch(() => undefined);
    if (signal?.aborted) return;
  }
}
