import { setMaxListeners } from 'node:events';
import type { ClaimedNotification } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import type { Destination, Outcome } from './destination.js';
import { messageHeaders } from './signature.js';

export interface ExchangeOptions {
  readonly clock: Clock;
  /** Where the notifications of a webhook go. */
  readonly destinationOf: (webhook: ClaimedNotification['webhook']) => Destination;
  /** `User-Agent` of what is sent. */
  readonly userAgent: string;
  /** The limit on the whole exchange with a URL: connect, headers and body. In milliseconds. */
  readonly exchangeTimeout: number;
  /** Aborts with the process: whatever is cut off then counts as unsent. */
  readonly ending: AbortSignal;
}

/** What sends a notification once, signed as of `now` (milliseconds since 1970), and tells how that went. */
export type Exchange = (notification: ClaimedNotification, now: number) => Promise<Outcome>;

export function exchanges({ clock, destinationOf, userAgent, exchangeTimeout, ending }: ExchangeOptions): Exchange {
  // Each exchange listens to it, and Node would take more than ten listeners for a leak.
  setMaxListeners(0, ending);

  return async (notification, now) => {
    const { event, webhook } = notification;
    const message = { notification, headers: messageHeaders(notification, now, userAgent), body: event.body };
    const destination = destinationOf(webhook);
    // A tunnel has heartbeats of its own, and its developer may sit at a breakpoint for an hour.
    if (webhook.listenerId !== null) return destination.deliver(message, ending);

    const exchange = new AbortController();
    const abort = () => exchange.abort();
    const cancelTimeout = clock.after(exchangeTimeout, abort);
    ending.addEventListener('abort', abort);
    try {
      const outcome = await destination.deliver(message, exchange.signal);
      // Cut off by our own end, not by the receiver: the next process attempts it anew.
      return ending.aborted && outcome.kind === 'unanswered' ? { kind: 'unsent' } : outcome;
    } finally {
      cancelTimeout();
      ending.removeEventListener('abort', abort);
    }
  };
}
