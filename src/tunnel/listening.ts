import { DEFAULT_CONCURRENCY, MOST_WINDOW } from '../model/listener.js';
import { atMost } from '../util/at-most.js';
import { systemClock, type Clock } from '../util/clock.js';
import { unharmed } from '../util/unharmed.js';
import { openTunnel, type TunnelEvent, type TunnelOptions } from './client/client.js';
import type { TunnelAddress } from './client/dial.js';
import { toLocalApps, type LocalAppsOptions, type LocalEvent } from './local/local-apps.js';
import { verifying } from './local/verifying.js';

export type { RehearsedCopy, Rehearsal, Rehearsals } from './local/rehearsing.js';
export type { Route } from './local/routing.js';

/** What a listener sees, as it happens. */
export type ListenEvent = TunnelEvent | LocalEvent;

export interface ListeningOptions
  extends
    Pick<TunnelOptions, 'renew' | 'client' | 'order' | 'takeover' | 'random'>,
    Pick<LocalAppsOptions, 'routes' | 'concurrency' | 'rehearsals'> {
  /**
   * Asks the service for the listener: how its tunnel is reached, and the secret that signs what it brings; without a
   * secret nothing is verified. Called for each connection, and when a signature does not hold.
   *
   * @throws {CalReplyError} what passes by itself, as ServiceUnreachable does, is tried again; another ends the tunnel
   */
  readonly open: () => Promise<TunnelAddress & { readonly secret?: string | undefined }>;
  readonly onEvent: (event: ListenEvent) => void;
  readonly clock?: Clock;
}

export interface Listening {
  /** Resolves after `stop`; rejects with a CalReplyError when the tunnel cannot be kept up. */
  readonly ended: Promise<void>;
  /** Lets what is being forwarded end, for up to `drainMs`, and closes everything. */
  stop(drainMs: number): Promise<void>;
}

/** Brings what the service has for a listener to local apps: what the tunnel brings is verified, and goes to its app. */
export function startListening(options: ListeningOptions): Listening {
  const { routes, rehearsals, clock = systemClock, onEvent, open: ask, ...link } = options;
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  const waiting = new AbortController();
  // What comes in is a stranger's: a failure to show it must not end what brings it.
  const tell = (event: ListenEvent) => unharmed(() => onEvent(event));

  let newest: string | undefined;
  const secret = () => newest;
  const open = async () => {
    const opened = await ask();
    newest = opened.secret;
    return opened;
  };

  // For each that is at an app another is at hand: with none, app and service would wait for each other in turn.
  const window = Math.min(2 * concurrency, MOST_WINDOW);
  const apps = toLocalApps({
    ...{ routes, concurrency, rehearsals, secret, onEvent: tell, clock, signal: waiting.signal },
    bound: { most: window, onBusy: (types) => tunnel.busyWith(types) },
  });
  const forward = verifying(
    {
      secret,
      askAgain: async () => (await open()).secret,
      onArrival: (delivery, signature) => tell({ kind: 'delivery', delivery, signature }),
    },
    apps.forward,
  );
  const tunnel = openTunnel({ ...link, window, open, clock, onEvent: tell, forward });
  return {
    ended: tunnel.ended,
    async stop(drainMs) {
      // What waits for an app that is down would use up the whole time, and is safe at the service.
      waiting.abort(new Error('stopping'));
      const deadline = clock.elapsed() + drainMs;
      await tunnel.close(drainMs);
      await atMost(deadline - clock.elapsed(), apps.idle(), clock);
      await Promise.all(routes.map(({ forwarder }) => forwarder.close()));
    },
  };
}
