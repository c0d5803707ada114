import { backoff } from '../../util/backoff.js';
import { sleep, type Clock } from '../../util/clock.js';
import { BETWEEN_TRIES, endByFailure, type LinkEnd } from './link-end.js';

export interface RenewalOptions {
  readonly clock: Clock;
  /** A new access token, from a login that may be a new one too. */
  readonly renew: () => Promise<string>;
  readonly onToken: (accessToken: string) => void;
  /** There is none any more, and trying again is of no use. */
  readonly onRefused: (end: LinkEnd) => void;
  /** From 0 (included) to 1; for jitter. */
  readonly random: () => number;
}

export interface Renewal {
  /** The login behind the link holds for so many milliseconds from now. */
  holdsFor(ms: number): void;
  stop(): void;
}

/** A login is renewed at least this long before it is over, in milliseconds, where it holds long enough. */
const BEFORE = 15_000;

/**
 * Renews the login behind a link before it is over, so that nobody sees it. As long as the service is out of reach it is
 * tried again: either it comes back in time, or the link ends for want of a login and is made anew.
 */
export function renewal({ clock, renew, onToken, onRefused, random }: RenewalOptions): Renewal {
  let waiting = new AbortController();
  const stop = () => waiting.abort(new Error('stopped'));

  const run = async (ms: number, signal: AbortSignal) => {
    await sleep(clock, timeToRenew(ms), signal);
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        const accessToken = await renew();
        if (!signal.aborted) onToken(accessToken);
        return;
      } catch (error) {
        const end = endByFailure(error);
        if (signal.aborted) return;
        if (end.fatal) return onRefused(end);
        await sleep(clock, Math.max(backoff(attempt, BETWEEN_TRIES, random()), end.pause ?? 0), signal);
      }
    }
  };

  return {
    holdsFor(ms) {
      stop();
      waiting = new AbortController();
      run(ms, waiting.signal).catch(() => undefined);
    },
    stop,
  };
}

/** At three quarters, or earlier so that {@link BEFORE} is left; of what holds for seconds only, at half. */
function timeToRenew(ms: number): number {
  return Math.max(ms / 2, Math.min(ms * 0.75, ms - BEFORE));
}
