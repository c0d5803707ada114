import { systemClock, type Clock } from '../util/clock.js';
import { openTunnel, type TunnelEvent, type TunnelOptions } from './client.js';
import type { Forwarder, ForwardOutcome } from './forward.js';
import { holding } from './hold.js';
import type { Deliver } from './protocol.js';

/** What a listener sees, as it happens. */
export type ListenEvent =
  | TunnelEvent
  /** A copy went to a route whose answer changes nothing. */
  | { readonly kind: 'mirrored'; readonly delivery: Deliver; readonly outcome: ForwardOutcome }
  /** A handler's negative path was tried with a delivery. */
  | {
      readonly kind: 'rehearsed';
      readonly delivery: Deliver;
      readonly rehearsal: Rehearsal;
      /** What the app answered; null for what was not sent. */
      readonly outcome: ForwardOutcome | null;
      /** Whether the app did what it should. */
      readonly passed: boolean;
    }
  /** Nothing listens at the local app's port; what comes in waits. */
  | { readonly kind: 'holding'; readonly target: string; readonly waiting: number }
  /** The local app is back, and gets what waited. */
  | { readonly kind: 'resumed'; readonly target: string; readonly waiting: number };

/**
 * What is done to a handler to see how it does: a copy whose signature is wrong or whose time is long past, which it must
 * refuse; one that it has seen before, which it must take; a delivery that is dropped, and must come again.
 */
export type Rehearsal = 'bad-signature' | 'stale' | 'duplicate' | 'drop';

export interface ListeningOptions extends Pick<
  TunnelOptions,
  'open' | 'renew' | 'client' | 'window' | 'order' | 'takeover' | 'random'
> {
  readonly forwarder: Forwarder;
  readonly onEvent: (event: ListenEvent) => void;
  readonly clock?: Clock;
}

export interface Listening {
  /** Resolves after `stop`; rejects with a CalReplyError when the tunnel cannot be kept up. */
  readonly ended: Promise<void>;
  /** Lets what is being forwarded end, for up to `drainMs`, and closes everything. */
  stop(drainMs: number): Promise<void>;
}

/** Brings what the service has for a listener to a local app: a tunnel, a forwarder, and holding in between. */
export function startListening({ forwarder, onEvent, clock = systemClock, ...link }: ListeningOptions): Listening {
  const waiting = new AbortController();
  const { target } = forwarder;
  const tunnel = openTunnel({
    ...link,
    clock,
    onEvent,
    forward: holding({
      forwarder,
      clock,
      signal: waiting.signal,
      onHold: (count) => onEvent({ kind: 'holding', target, waiting: count }),
      onResume: (count) => onEvent({ kind: 'resumed', target, waiting: count }),
    }),
  });

  return {
    ended: tunnel.ended,
    async stop(drainMs) {
      // What waits for an app that is down would use up the whole time, and is safe at the service.
      waiting.abort(new Error('stopping'));
      await tunnel.close(drainMs);
      await forwarder.close();
    },
  };
}
