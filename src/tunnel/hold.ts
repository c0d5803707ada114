import { sleep, type Clock } from '../util/clock.js';
import { isOpen } from '../util/port.js';
import type { Forwarder, ForwardOutcome } from './forward.js';
import type { Deliver } from './protocol.js';

export interface HoldOptions {
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  /** Nothing listens at the target any more; called once until it is back. */
  readonly onHold: (waiting: number) => void;
  /** It listens again, and this many deliveries go to it now. */
  readonly onResume: (waiting: number) => void;
  /** Ends the waiting, with nothing forwarded. */
  readonly signal: AbortSignal;
}

/** How often a port that refuses is looked at, in milliseconds. */
const LOOK_EVERY = 250;

/**
 * Forwards, and holds deliveries while nothing listens at the target, so that restarting an app fails nothing. What
 * came first goes first. Rejects with the signal's reason when the waiting was ended.
 */
export function holding({
  forwarder,
  clock,
  onHold,
  onResume,
  signal,
}: HoldOptions): (delivery: Deliver) => Promise<ForwardOutcome> {
  let back: Promise<void> | undefined;
  let waiting = 0;

  const waitUntilBack = async () => {
    while (!(await isOpen(new URL(forwarder.target)))) await sleep(clock, LOOK_EVERY, signal);
    back = undefined;
    onResume(waiting);
  };

  return async (delivery) => {
    for (;;) {
      if (back === undefined) {
        const outcome = await forwarder.forward(delivery);
        if (outcome.kind === 'answered' || outcome.error !== 'connection_refused') return outcome;
      }

      waiting += 1;
      if (back === undefined) {
        back = waitUntilBack();
        onHold(waiting);
      }

      await back.finally(() => {
        waiting -= 1;
      });
    }
  };
}
