import { systemClock, type Clock } from '../util/clock.js';
import { openTunnel, type TunnelEvent, type TunnelOptions } from './client.js';
import type { Forwarder } from './forward.js';
import { holding } from './hold.js';

/** What a listener sees, as it happens. */
export type ListenEvent =
  | TunnelEvent
  /** Nothing listens at the local app's port; what comes in waits. */
  | { readonly kind: 'holding'; readonly target: string; readonly waiting: number }
  /** The local app is back, and gets what waited. */
  | { readonly kind: 'resumed'; readonly target: string; readonly waiting: number };

export interface ListeningOptions extends Pick<TunnelOptions, 'open' | 'client'> {
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
export function startListening({ open, client, forwarder, onEvent, clock = systemClock }: ListeningOptions): Listening {
  const waiting = new AbortController();
  const { target } = forwarder;
  const tunnel = openTunnel({
    open,
    client,
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
