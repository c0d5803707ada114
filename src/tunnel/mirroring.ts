import { Turns } from '../util/turns.js';
import type { Forward, ForwardOutcome } from './forward.js';
import type { Deliver } from './protocol.js';
import { takes, type Route } from './routing.js';

export interface MirroringOptions {
  readonly mirrors: readonly Route[];
  /** A copy was answered, failed, or (null) was left out, since too many waited for this mirror. */
  readonly onMirrored: (delivery: Deliver, target: string, outcome: ForwardOutcome | null) => void;
}

/** So many copies are on their way to a mirror at once. */
const AT_ONCE = 8;
/** So many wait for it; with bodies of 512 kB at most, a mirror that is dead holds 50 MB. */
const MOST_WAITING = 100;

/** Sends each mirror a copy of what is for it, and waits for none of them: no mirror changes what becomes of a delivery. */
export function mirroring({ mirrors, onMirrored }: MirroringOptions, next: Forward): Forward {
  const lines = mirrors.map((route) => ({ route, turns: new Turns(AT_ONCE) }));
  return (delivery) => {
    for (const { route, turns } of lines) {
      if (!takes(route, delivery.event.type)) continue;
      const { target } = route.forwarder;
      if (turns.waiting() >= MOST_WAITING) onMirrored(delivery, target, null);
      else
        void turns
          .take(() => route.forwarder.forward(delivery))
          .then((outcome) => onMirrored(delivery, target, outcome));
    }

    return next(delivery);
  };
}
