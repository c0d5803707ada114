import type { ClockJump } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { LONGEST_WAIT } from './retry-schedule.js';

/** Notices when somebody sets the date: by hand, a time server, or a laptop that slept. */
export interface ClockJumps {
  /**
   * Tells of a jump since the last look, and once at the beginning of one that nobody may have seen. It is told again at
   * the next look when telling failed.
   */
  look(tell: (jump: ClockJump) => Promise<void>): Promise<void>;
  /** Remembers a moment; the answer says later when that was by the date as it is then. */
  mark(): () => Moment;
}

export interface Moment {
  readonly at: number;
  /** Whether the date was set since. */
  readonly isMoved: boolean;
}

/** Clocks are corrected by less all the time, in milliseconds. */
const TOLERANCE = 2_000;

export function clockJumps(clock: Clock): ClockJumps {
  const read = () => ({ now: clock.now(), elapsed: clock.elapsed() });
  const jumpSince = (then: ReturnType<typeof read>) => {
    const by = clock.now() - then.now - (clock.elapsed() - then.elapsed);
    return Math.abs(by) > TOLERANCE ? by : 0;
  };
  let last: ReturnType<typeof read> | undefined;
  let telling: Promise<void> | undefined;

  return {
    async look(tell) {
      // Who looks meanwhile goes on when it was told. That it failed is heard by whoever told it.
      while (telling) await telling.catch(() => {});
      const then = last;
      const by = then ? jumpSince(then) : 0;
      const seen = read();
      last = seen;
      if (then && by === 0) return;
      telling = tell({ before: then?.now ?? seen.now, now: seen.now, by, longestWait: LONGEST_WAIT });
      try {
        await telling;
      } catch (error) {
        last = then;
        throw error;
      } finally {
        telling = undefined;
      }
    },
    mark() {
      const then = read();
      return () => {
        const by = jumpSince(then);
        return { at: then.now + by, isMoved: by !== 0 };
      };
    },
  };
}
