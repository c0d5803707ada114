/**
 * Time, passed in, so that a test of thirty minutes of retries takes a millisecond.
 * All times inside the program are milliseconds since 1970, UTC.
 */
export interface Clock {
  now(): number;
  /** Milliseconds since some moment of its own. They pass evenly, also when the date is set while the program runs. */
  elapsed(): number;
  /** Calls `action` once after `ms`; the answer cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** Node takes longer delays for 1 ms, so a far date is waited for in steps. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, action) {
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      const step = Math.min(Math.max(left, 0), LONGEST_DELAY_MS);
      timer = setTimeout(() => (left > step ? wait(left - step) : action()), step);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** Waits `ms`, or rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = () => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Begins to count; what it answers tells how much time has passed, in milliseconds. By the date, what a laptop slept
 * counts; by what passed evenly, time counts though the date was set back. Of the two, the longer one.
 */
export function stopwatch(clock: Clock): () => number {
  const start = { now: clock.now(), elapsed: clock.elapsed() };
  return () => Math.max(clock.now() - start.now, clock.elapsed() - start.elapsed);
}
