import { performance } from 'node:perf_hooks';
import type { EventSource, Store, StoreTransaction } from '../store/store.js';

/** What one write accepted, once it is on disk. */
export interface Accepted {
  /** Where each event came from. */
  readonly events: readonly EventSource[];
  /** How many notifications were made of them, and of events that were sent again. */
  readonly notifications: number;
  /** From the call to the disk, in milliseconds. */
  readonly durationMs: number;
}

/** The store, with somebody told of what it accepts. Whatever is taken back is not told. */
export function watchedStore(store: Store, onAccepted: (accepted: Accepted) => void): Store {
  return {
    ...store,
    async acceptEvents(call) {
      const startedAt = performance.now();
      const outcome = await store.acceptEvents(call);
      if (outcome.kind === 'accepted') {
        onAccepted({
          events: call.events.map(({ event }) => event.source),
          notifications: outcome.notifications.reduce((sum, made) => sum + made.length, 0),
          durationMs: performance.now() - startedAt,
        });
      }

      return outcome;
    },
    async placeListener(place, holder) {
      const startedAt = performance.now();
      const outcome = await store.placeListener(place, holder);
      if (outcome.kind === 'placed' && outcome.replayed > 0) {
        onAccepted({ events: [], notifications: outcome.replayed, durationMs: performance.now() - startedAt });
      }

      return outcome;
    },
    async write(work) {
      const startedAt = performance.now();
      let seen: Seen = { events: [], notifications: 0 };
      const result = await store.write((transaction) => {
        // A unit may be begun anew; what it did before was taken back.
        seen = { events: [], notifications: 0 };
        return work(watched(transaction, seen));
      });
      if (seen.events.length > 0 || seen.notifications > 0) {
        onAccepted({ ...seen, durationMs: performance.now() - startedAt });
      }

      return result;
    },
  };
}

interface Seen {
  readonly events: EventSource[];
  notifications: number;
}

function watched(transaction: StoreTransaction, seen: Seen): StoreTransaction {
  return {
    ...transaction,
    async acceptEvent(event, webhookIds) {
      const ids = await transaction.acceptEvent(event, webhookIds);
      seen.events.push(event.source);
      seen.notifications += ids.length;
      return ids;
    },
    async resendEvent(event, webhookIds, now) {
      const ids = await transaction.resendEvent(event, webhookIds, now);
      seen.notifications += ids.length;
      return ids;
    },
  };
}
