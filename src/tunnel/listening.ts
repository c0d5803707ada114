import { systemClock, type Clock } from '../util/clock.js';
import { openTunnel, type TunnelEvent, type TunnelOptions } from './client.js';
import type { TunnelAddress } from './dial.js';
import type { Forward, ForwardOutcome } from './forward.js';
import { hold, type Hold } from './hold.js';
import { mirroring } from './mirroring.js';
import type { Deliver } from './protocol.js';
import { rehearsing, type Rehearsal, type Rehearsals } from './rehearsing.js';
import { routing, type Route } from './routing.js';
import { verifying } from './verifying.js';

export type { Rehearsal, Rehearsals } from './rehearsing.js';
export type { Route } from './routing.js';

/** What a listener sees, as it happens. */
export type ListenEvent =
  | TunnelEvent
  /** A copy went to a route whose answer changes nothing. */
  | {
      readonly kind: 'mirrored';
      readonly delivery: Deliver;
      readonly target: string;
      /** Null for what was left out, since too many waited for this mirror. */
      readonly outcome: ForwardOutcome | null;
    }
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
  /**
   * Nothing listens at the local app's port; what comes in waits. `heldMs`: for how long; 0 when it begins, and told again
   * once a minute.
   */
  | { readonly kind: 'holding'; readonly target: string; readonly waiting: number; readonly heldMs: number }
  /** The local app is back, and gets what waited. */
  | { readonly kind: 'resumed'; readonly target: string; readonly waiting: number };

export interface ListeningOptions extends Pick<
  TunnelOptions,
  'renew' | 'client' | 'window' | 'order' | 'takeover' | 'random'
> {
  /**
   * Asks the service for the listener: how its tunnel is reached, and the secret that signs what it brings; without a
   * secret nothing is verified. Called for each connection, and when a signature does not hold.
   *
   * @throws {CalReplyError} what passes by itself, as ServiceUnreachable does, is tried again; another ends the tunnel
   */
  readonly open: () => Promise<TunnelAddress & { readonly secret?: string | undefined }>;
  readonly routes: readonly Route[];
  readonly rehearsals?: Rehearsals | undefined;
  readonly onEvent: (event: ListenEvent) => void;
  readonly clock?: Clock;
}

export interface Listening {
  /** Resolves after `stop`; rejects with a CalReplyError when the tunnel cannot be kept up. */
  readonly ended: Promise<void>;
  /** Lets what is being forwarded end, for up to `drainMs`, and closes everything. */
  stop(drainMs: number): Promise<void>;
}

/**
 * Brings what the service has for a listener to local apps. A delivery goes one way: from the tunnel, it is verified,
 * copied to mirrors, rehearsed with, routed, held while its app is down, and forwarded.
 */
export function startListening(options: ListeningOptions): Listening {
  const { open: ask, routes, rehearsals, onEvent, clock = systemClock, ...link } = options;
  const waiting = new AbortController();
  const { signal } = waiting;
  const tell = unharmed(onEvent);

  let newest: string | undefined;
  const secret = () => newest;
  const open = async () => {
    const opened = await ask();
    newest = opened.secret;
    return opened;
  };

  const holds = holdsByOrigin((target) =>
    hold({
      target: new URL(target),
      clock,
      signal,
      onHold: (count, heldMs) => tell({ kind: 'holding', target, waiting: count, heldMs }),
      onResume: (count) => tell({ kind: 'resumed', target, waiting: count }),
    }),
  );
  const routed = routing(
    routes.filter(({ mirror }) => !mirror),
    (forwarder) => {
      const held = holds(forwarder.target);
      return (delivery) => held(() => forwarder.forward(delivery));
    },
  );
  const rehearsed = rehearsals
    ? rehearsing(
        {
          rehearsals,
          secret,
          clock,
          signal,
          onRehearsed: (delivery, rehearsal, outcome, passed) =>
            tell({ kind: 'rehearsed', delivery, rehearsal, outcome, passed }),
        },
        routed,
      )
    : routed;
  const mirrored = mirroring(
    {
      mirrors: routes.filter(({ mirror }) => mirror),
      onMirrored: (delivery, target, outcome) => tell({ kind: 'mirrored', delivery, target, outcome }),
    },
    rehearsed,
  );
  const forward: Forward = verifying(
    {
      secret,
      askAgain: async () => (await open()).secret,
      onArrival: (delivery, signature) => tell({ kind: 'delivery', delivery, signature }),
    },
    mirrored,
  );

  const tunnel = openTunnel({ ...link, open, clock, onEvent: tell, forward });
  return {
    ended: tunnel.ended,
    async stop(drainMs) {
      // What waits for an app that is down would use up the whole time, and is safe at the service.
      waiting.abort(new Error('stopping'));
      await tunnel.close(drainMs);
      await Promise.all(routes.map(({ forwarder }) => forwarder.close()));
    },
  };
}

/** One hold for all routes to one host and port: it is one program that is down. */
function holdsByOrigin(newHold: (target: string) => Hold): (target: string) => Hold {
  const holds = new Map<string, Hold>();
  return (target) => {
    const origin = URL.canParse(target) ? new URL(target).origin : target;
    const held = holds.get(origin) ?? newHold(target);
    holds.set(origin, held);
    return held;
  };
}

/** What comes in is a stranger's, and a failure to show it must not end what brings it. */
function unharmed(watch: (event: ListenEvent) => void): (event: ListenEvent) => void {
  return (event) => {
    try {
      watch(event);
    } catch {
      // Only a line on the screen is missing.
    }
  };
}
