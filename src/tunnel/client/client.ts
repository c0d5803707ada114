import type WebSocket from 'ws';
import { abortable } from '../../util/abortable.js';
import { backoff } from '../../util/backoff.js';
import { sleep, stopwatch, type Clock } from '../../util/clock.js';
import { newGuid } from '../../util/ids.js';
import type { Forward, ForwardOutcome } from '../local/forward.js';
import type { SignatureCheck } from '../local/verifying.js';
import { CLOSE, type Busy, type Deliver, type Hello } from '../protocol.js';
import { keepLink } from './client-link.js';
import { deliveryInbox, type Send } from './delivery-inbox.js';
import { dial, type TunnelAddress } from './dial.js';
import { BETWEEN_TRIES, endByFailure, type LinkEnd } from './link-end.js';

export interface TunnelOptions extends Pick<Hello, 'window' | 'order' | 'takeover'> {
  /**
   * Asks the service for the listener: where its tunnel is, and an access token that holds. Called for each connection.
   *
   * @throws {CalReplyError} what passes by itself, as ServiceUnreachable does, is tried again; another ends the tunnel
   */
  readonly open: () => Promise<TunnelAddress>;
  /** A new access token, for the link that is up; without it the service keeps a link as long as its client may log in. */
  readonly renew?: (() => Promise<string>) | undefined;
  /** Brings one delivery to the local app. Rejects only when the tunnel is being closed. */
  readonly forward: Forward;
  readonly onEvent: (event: TunnelEvent) => void;
  readonly clock: Clock;
  /** Words for people, such as `calreply/1.0.0 on laptop`. */
  readonly client: string;
  /** From 0 (included) to 1; for jitter. */
  readonly random?: () => number;
}

/** What happens on a tunnel, as it happens. */
export type TunnelEvent =
  /**
   * A link is up: the first of this run, or again after a break. `missed`: how many notifications waited; `awayMs`: how
   * long nobody listened under this name. Null where it is not known.
   */
  | {
      readonly kind: 'connected';
      readonly again: boolean;
      readonly missed: number | null;
      readonly awayMs: number | null;
    }
  | { readonly kind: 'delivery'; readonly delivery: Deliver; readonly signature: SignatureCheck }
  | { readonly kind: 'forwarded'; readonly delivery: Deliver; readonly outcome: ForwardOutcome }
  | Reconnecting;

/** There is no link. */
export interface Reconnecting {
  readonly kind: 'reconnecting';
  /** In so many milliseconds it is tried again; 0: only the login is over, and a new one is made at once. */
  readonly inMs: number;
  /** Why there is none, or why the last try failed. */
  readonly reason: string;
  /** Which try that will be, since the last link: 1 for the first. */
  readonly attempt: number;
  /** How long there has been none, in milliseconds; since the start, when there never was one. */
  readonly awayMs: number;
}

export interface Tunnel {
  /** Tells the service which types it is not to deliver for now; none when empty. It is told again on each link. */
  busyWith(types: readonly string[]): void;
  /** Resolves after `close`; rejects with a {@link CalReplyError} when the tunnel cannot be kept up. */
  readonly ended: Promise<void>;
  /** Lets what is being forwarded end, for up to `drainMs`, tells the service, and closes. */
  close(drainMs: number): Promise<void>;
}

/** How long the service may take to answer that the tunnel closes, in milliseconds: the link may be long dead. */
const CLOSE_LIMIT = 1_000;

/**
 * The listener's end of a tunnel: connects, keeps the link up, comes back after a break, and answers each delivery twice
 * (received, then handled). See docs/tunnel-protocol.md.
 */
export function openTunnel(options: TunnelOptions): Tunnel {
  const { clock, random = Math.random, renew, client, window, order, takeover } = options;
  const session = newGuid();
  const closing = new AbortController();
  /** While a link is up. */
  let sendOnLink: Send | undefined;
  const send: Send = (message) => sendOnLink?.(message);
  const inbox = deliveryInbox({
    send,
    forward: options.forward,
    onForwarded: (delivery, outcome) => options.onEvent({ kind: 'forwarded', delivery, outcome }),
  });
  let current: WebSocket | undefined;
  let busy: Busy = { type: 'busy', types: [] };
  let wasConnected = false;
  /** For how long nobody has listened. */
  let away = stopwatch(clock);

  const connectOnce = async (): Promise<LinkEnd> => {
    const address = await abortable(options.open(), closing.signal);
    const socket = await dial(address, closing.signal);
    current = socket;
    const ended = await keepLink(socket, {
      clock,
      random,
      renew,
      hello: {
        ...{ type: 'hello', session, client, window, order },
        renews: renew !== undefined,
        // A session that has the listener asks for no takeover: where another took it since, that was meant.
        takeover: takeover && !wasConnected,
      },
      onReady(newSend, { missed = null, awayMs = null }) {
        sendOnLink = newSend;
        const again = wasConnected;
        wasConnected = true;
        // What is in hand here was not missed.
        const unseen = missed === null ? null : Math.max(missed - inbox.inHand, 0);
        // Of a break the service may know less: it hears of one that began with a sleep only when that is over.
        options.onEvent({ kind: 'connected', again, missed: unseen, awayMs: again ? away() : awayMs });
        if (busy.types.length > 0) send(busy);
      },
      onDelivery: (delivery) => inbox.take(delivery),
    });
    sendOnLink = undefined;
    return ended;
  };

  const run = async () => {
    let isNewLogin = false;
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      const end = await connectOnce().catch(endByFailure);
      if (closing.signal.aborted) return;
      if (end.fatal) throw end.fatal;
      if (end.silence) {
        attempt = 1;
        away = end.silence;
      }

      // A service that ends link after link for want of a login is not asked without a pause.
      isNewLogin = end.needsLogin === true && !isNewLogin;
      const inMs = isNewLogin ? 0 : Math.max(backoff(attempt, BETWEEN_TRIES, random()), end.pause ?? 0);
      options.onEvent({ kind: 'reconnecting', inMs, reason: end.reason, attempt, awayMs: away() });
      await sleep(clock, inMs, closing.signal).catch(() => undefined);
    }
  };

  const ended = run();
  // Whoever opened the tunnel may look at `ended` later than it ends.
  ended.catch(() => undefined);

  return {
    ended,
    busyWith(types) {
      busy = { type: 'busy', types };
      send(busy);
    },
    async close(drainMs) {
      closing.abort(new Error('closing'));
      // Each answer makes room for another delivery, and there would be no end.
      inbox.stop();
      const drained = new AbortController();
      await Promise.race([inbox.idle(), sleep(clock, drainMs, drained.signal).catch(() => undefined)]);
      drained.abort(new Error('drained'));
      current?.close(CLOSE.Done);
      const cancelLimit = clock.after(CLOSE_LIMIT, () => current?.terminate());
      await ended.catch(() => undefined);
      cancelLimit();
    },
  };
}
