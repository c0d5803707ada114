import type { Clock } from '../util/clock.js';
import { isExceeded, isMet, type Expectation } from './expectation.js';
import type { Tally } from './tally.js';

export interface SettleOptions {
  readonly tally: Tally;
  readonly expectations: readonly Expectation[];
  /** How long it may take, in milliseconds. */
  readonly within: number;
  /** What must not come has the whole of that time to come: nothing else says when there will be no more. */
  readonly waitsForNone: boolean;
  readonly clock: Clock;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** What comes in the same moment as the last one that was expected is counted too. In milliseconds. */
const QUIET = 250;

/**
 * Waits until every expectation is met, nothing is in flight and nothing came for a quarter of a second; or until too
 * many came, the time is over, or the signal says so. What was met is to be looked up afterwards.
 */
export function untilSettled({
  tally,
  expectations,
  within,
  waitsForNone,
  clock,
  signal,
}: SettleOptions): Promise<void> {
  const mustWait = waitsForNone && expectations.some(({ count, orMore }) => count === 0 && !orMore);
  return new Promise((resolve) => {
    let cancelQuiet = () => {};
    const end = () => {
      cancelQuiet();
      cancelLimit();
      stopLooking();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const look = () => {
      cancelQuiet();
      if (expectations.some((one) => isExceeded(one, tally.answered(one)))) return end();
      const isSettled = !tally.isBusy && expectations.every((one) => isMet(one, tally.answered(one)));
      if (isSettled && !mustWait) cancelQuiet = clock.after(QUIET, end);
    };

    const cancelLimit = clock.after(within, end);
    const stopLooking = tally.onChange(look);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    else look();
  });
}
