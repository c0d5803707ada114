import { Turns } from '../../util/turns.js';
import type { Deliver } from '../protocol.js';
import type { Forward, ForwardOutcome } from './forward.js';
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

export interface Mirroring {
  readonly forward: Forward;
  /** Resolves when no copy is on its way, or waits for a mirror. */
  readonly idle: () => Promise<void>;
}

/** Sends each mirror a copy of what is for it, and waits for none of them: no mirror changes what becomes of a delivery. */
export function mirroring({ mirrors, onMirrored }: MirroringOptions, next: Forward): Mirroring {
  const lines = mirrors.map((route) => ({ route, turns: new Turns(AT_ONCE) }));
  const copies = new Set<Promise<void>>();
  const copy = (delivery: Deliver, { route, turns }: (typeof lines)[number]) => {
    const { target } = route.forwarder;
    if (turns.waiting() >= MOST_WAITING) return onMirrored(delivery, target, null);
    const sent = turns
      .take(() => route.forwarder.forward(delivery))
      .then((outcome) => onMirrored(delivery, target, outcome))
      .finally(() => copies.delete(sent));
    copies.add(sent);
  };
  return {
    forward(delivery) {
      for (const line of lines) if (takes(line.route, delivery.event.type)) copy(delivery, line);
      return next(delivery);
    },
    async idle() {
      while (copies.size > 0) await Promise.allSettled(copies);
    },
  };
}
