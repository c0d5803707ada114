import { stopwatch, type Clock } from '../util/clock.js';
import { PING_EVERY, SILENCE_LIMIT } from './protocol.js';

export interface Heartbeat {
  /** Something came from the other side, whatever it was. After too long a silence it came too late, and ends that. */
  heard(): void;
  /** How long ago that was, in milliseconds, what this machine slept included. */
  silence(): number;
  stop(): void;
}

/**
 * Watches one link from one side: sends pings, and says when nothing came for too long. A half-open link, or a laptop
 * that slept, is noticed here and nowhere else.
 */
export function heartbeat(clock: Clock, { ping, onSilence }: { ping: () => void; onSilence: () => void }): Heartbeat {
  let silence = stopwatch(clock);
  let cancelPing = () => {};
  let cancelLook = () => {};
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    cancelPing();
    cancelLook();
  };
  const isSilent = () => {
    if (silence() < SILENCE_LIMIT) return false;
    stop();
    onSilence();
    return true;
  };

  // Also looks: timers stand still while a laptop sleeps, and the one for the silence would run late.
  const beat = () => {
    if (isSilent()) return;
    ping();
    cancelPing = clock.after(PING_EVERY, beat);
  };
  // Runs out when the silence is too long, or is moved to when that would be: much is heard, and timers are few.
  const look = () => {
    if (!isSilent()) cancelLook = clock.after(SILENCE_LIMIT - silence(), look);
  };
  cancelPing = clock.after(PING_EVERY, beat);
  cancelLook = clock.after(SILENCE_LIMIT, look);
  return {
    heard() {
      // What came while this machine slept may be read before any timer runs, and says nothing of now.
      if (!isStopped && !isSilent()) silence = stopwatch(clock);
    },
    silence: () => silence(),
    stop,
  };
}
