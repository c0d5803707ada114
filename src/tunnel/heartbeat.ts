import type { Clock } from '../util/clock.js';
import { PING_EVERY, SILENCE_LIMIT } from './protocol.js';

export interface Heartbeat {
  /** Something came from the other side, whatever it was. */
  heard(): void;
  stop(): void;
}

/**
 * Watches one link from one side: sends pings, and says when nothing came for too long. A half-open link, or a laptop
 * that slept, is noticed here and nowhere else.
 */
export function heartbeat(clock: Clock, { ping, onSilence }: { ping: () => void; onSilence: () => void }): Heartbeat {
  let lastHeard = clock.now();
  let cancel = () => {};
  const beat = () => {
    if (clock.now() - lastHeard >= SILENCE_LIMIT) return onSilence();
    ping();
    cancel = clock.after(PING_EVERY, beat);
  };
  cancel = clock.after(PING_EVERY, beat);
  return {
    heard() {
      lastHeard = clock.now();
    },
    stop: () => cancel(),
  };
}
