import type { ListenerStanding, Store } from '../../store/store.js';
import type { Clock } from '../../util/clock.js';

/** While a tunnel is up this is kept as often, in milliseconds, so that a service that is killed knows it to the minute. */
const MARK_EVERY = 60_000;
/** What waits is counted up to here. */
const MOST_COUNTED = 10_000;

/** Keeps that one listener is connected, for as long as it is. */
export interface Presence {
  /**
   * The listener came. How it stood before, as far as that can be told: a service that cannot write still has tunnels.
   * Undefined when the listener was taken off.
   */
  began(): Promise<Partial<ListenerStanding> | undefined>;
  /** It went. */
  ended(): void;
}

export function presence(
  store: Pick<Store, 'connectListener' | 'markConnected'>,
  clock: Clock,
  listenerId: string,
): Presence {
  let cancel = () => {};
  const mark = () => {
    const at = clock.now();
    // One that is not kept makes the next answer a minute less right, and nothing else.
    store.markConnected(listenerId, at).catch(() => undefined);
  };
  const markAgain = () => {
    cancel = clock.after(MARK_EVERY, () => {
      mark();
      markAgain();
    });
  };

  return {
    async began() {
      markAgain();
      const connection = { at: clock.now(), countUpTo: MOST_COUNTED };
      try {
        return await store.connectListener(listenerId, connection);
      } catch {
        return {};
      }
    },
    ended() {
      cancel();
      mark();
    },
  };
}
