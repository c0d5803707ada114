import { sleep, type Clock } from '../../util/clock.js';
import { isOpen } from '../../util/port.js';
import type { ForwardOutcome } from './forward.js';

export interface HoldOptions {
  /** Host and port of this are looked at. */
  readonly target: URL;
  readonly clock: Clock;
  /**
   * Nothing listens at the target any more. Called when that begins and then once a minute.
   *
   * @param heldMs for how long; 0 when it begins
   */
  readonly onHold: (waiting: number, heldMs: number) => void;
  /** It listens again, and this many deliveries go to it now. */
  readonly onResume: (waiting: number) => void;
  /** Ends the waiting, with nothing forwarded. */
  readonly signal: AbortSignal;
}

/** Makes a request of the target, as soon as something listens there; `onWait` is called each time it begins to wait. */
export type Hold = (request: () => Promise<ForwardOutcome>, onWait: () => void) => Promise<ForwardOutcome>;

/** How often a port that refuses is looked at, in milliseconds. */
const LOOK_EVERY = 250;
/** How often it is told that deliveries still wait, in milliseconds. */
const TELL_EVERY = 60_000;

/**
 * Holds requests while nothing listens at a target, so that restarting an app fails nothing. What came first goes first.
 * Rejects with the signal's reason when the waiting was ended.
 */
export function hold({ target, clock, onHold, onResume, signal }: HoldOptions): Hold {
  let back: Promise<void> | undefined;
  let waiting = 0;

  const waitUntilBack = async () => {
    const since = clock.elapsed();
    for (let tellAt = TELL_EVERY; !(await isOpen(target));) {
      await sleep(clock, LOOK_EVERY, signal);
      const heldMs = clock.elapsed() - since;
      if (heldMs < tellAt) continue;
      onHold(waiting, heldMs);
      tellAt = heldMs + TELL_EVERY;
    }

    back = undefined;
    onResume(waiting);
  };

  return async (request, onWait) => {
    for (;;) {
      if (back === undefined) {
        const outcome = await request();
        if (outcome.kind === 'answered' || outcome.error !== 'connection_refused') return outcome;
      }

      waiting += 1;
      if (back === undefined) {
        back = waitUntilBack();
        onHold(waiting, 0);
      }

      onWait();
      await back.finally(() => {
        waiting -= 1;
      });
    }
  };
}
