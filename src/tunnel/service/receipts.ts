import type { Clock } from '../../util/clock.js';
import { RECEIVED_LIMIT } from '../protocol.js';

/** Watches whether what was sent on one link is acknowledged as received. */
export interface Receipts {
  /** A delivery has left this process: before that, a slow link is busy with those before it. */
  sent(id: string): void;
  /** It was acknowledged, or nobody waits for that any more. */
  received(id: string): void;
  stop(): void;
}

/**
 * @param onSilence called when deliveries were sent and none was acknowledged for too long: the link is dead. Each
 *   acknowledgement shows that it is not, so that the last of many has its time too.
 */
export function watchReceipts(clock: Clock, onSilence: () => void): Receipts {
  const missing = new Set<string>();
  let cancel = () => {};
  const watch = () => {
    cancel();
    cancel = missing.size === 0 ? () => {} : clock.after(RECEIVED_LIMIT, onSilence);
  };

  return {
    sent(id) {
      missing.add(id);
      if (missing.size === 1) watch();
    },
    received(id) {
      if (missing.delete(id)) watch();
    },
    stop() {
      missing.clear();
      watch();
    },
  };
}
