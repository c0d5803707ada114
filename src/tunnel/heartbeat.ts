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
  const read = () => ({ now: clock.now(), elapsed: clock.elapsed() });
  let lastHeard = read();
  // By the date, a laptop that slept is noticed at once; by what passed, silence is, though the date was set back.
  const silence = () => Math.max(clock.now() - lastHeard.now, clock.elapsed() - lastHeard.elapsed);
  let cancel = () => {};
  const beat = () => {
    if (silence() >= SILENCE_LIMIT) return onSilence();
    ping();
    cancel = clock.after(PING_EVERY, beat);
  };
  cancel = clock.after(PING_EVERY, beat);
  return {
    heard() {
      lastHeard = read();
    },
    stop: () => cancel(),
  };
}
