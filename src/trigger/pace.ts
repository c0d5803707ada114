import { CalReplyError } from '../errors.js';
import { sleep, type Clock } from '../util/clock.js';

/** Waits until the next step may start; rejects when the signal is aborted before. */
export type Pace = (signal: AbortSignal) => Promise<void>;

/**
 * Lets `perSecond` steps start in a second, evenly, and never faster: what came late is not made up for.
 *
 * @param perSecond undefined for no limit
 */
export function pace(perSecond: number | undefined, clock: Clock): Pace {
  if (perSecond === undefined) return () => Promise.resolve();
  const interval = 1000 / perSecond;
  let next = -Infinity;
  return async (signal) => {
    const start = Math.max(next, clock.now());
    next = start + interval;
    const wait = start - clock.now();
    if (wait > 0) await sleep(clock, wait, signal);
  };
}

/**
 * `10/s` or `600/m`.
 *
 * @returns how many in a second
 * @throws {CalReplyError} WrongUse
 */
export function parseRate(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\/(s|m)$/.exec(text) ?? [];
  const perSecond = Number(number) / (unit === 'm' ? 60 : 1);
  if (perSecond > 0 && perSecond <= MOST_PER_SECOND) return perSecond;
  throw new CalReplyError('WrongUse', `“${text}” is not a rate.`, { hint: 'It looks like 10/s or 600/m.' });
}

/** More than any service takes; a mistyped rate should not look like one. */
const MOST_PER_SECOND = 100_000;
