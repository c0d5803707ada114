import { setMaxListeners } from 'node:events';
import { HISTORY_TYPES } from '../../model/event-types.js';
import { DEFAULT_CONCURRENCY, MOST_BUSY_TYPES } from '../../model/listener.js';
import type { Clock } from '../../util/clock.js';
import { Turns } from '../../util/turns.js';
import type { Deliver } from '../protocol.js';
import type { ForwardOutcome } from './forward.js';
import { hold } from './hold.js';
import { InHand } from './in-hand.js';
import { mirroring, type Mirroring } from './mirroring.js';
import { rehearsing, type Rehearsal, type Rehearsals } from './rehearsing.js';
import { routeOf, routing, type Route } from './routing.js';

/** What happens on the way to local apps, as it happens. */
export type LocalEvent =
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
  /** A delivery waits for an app that is down; told after that it is. */
  | { readonly kind: 'held'; readonly delivery: Deliver; readonly target: string }
  /** The local app is back, and gets what waited. */
  | { readonly kind: 'resumed'; readonly target: string; readonly waiting: number };

export interface InHandBound {
  /** With so many in hand here an app takes no more. */
  readonly most: number;
  /** The apps of these types take no more for now, while others do; none when empty. */
  readonly onBusy: (types: readonly string[]) => void;
}

export interface LocalAppsOptions {
  readonly routes: readonly Route[];
  /** At most so many deliveries are at one app at once. */
  readonly concurrency?: number | undefined;
  /** What keeps an app that is down or slow from taking the room of others; nothing does when absent. */
  readonly bound?: InHandBound | undefined;
  readonly rehearsals?: Rehearsals | undefined;
  /** The secret that signs copies for rehearsals, as far as it is known here. */
  readonly secret: () => string | undefined;
  readonly onEvent: (event: LocalEvent) => void;
  readonly clock: Clock;
  /** Ends the waiting for an app that is down, and rejects what waits. */
  readonly signal: AbortSignal;
}

/**
 * The way to local apps. A delivery goes one way: it is copied to mirrors, rehearsed with, routed, held while its app is
 * down or has enough to do, and forwarded. It is idle when no copy is on its way to a mirror: those outlive the delivery
 * that they are of.
 */
export function toLocalApps(options: LocalAppsOptions): Mirroring {
  const { concurrency = DEFAULT_CONCURRENCY, bound, rehearsals, secret, onEvent, clock, signal } = options;
  const routes = options.routes.filter(({ mirror }) => !mirror);
  // Each delivery that waits listens to it, and Node would take more than ten listeners for a leak.
  setMaxListeners(0, signal);
  const app = oneByOrigin((target) => ({
    target,
    inHand: new InHand(bound?.most ?? Infinity, () => tellBusy()),
    turns: new Turns(concurrency),
    held: hold({
      target: new URL(target),
      clock,
      signal,
      onHold: (waiting, heldMs) => onEvent({ kind: 'holding', target, waiting, heldMs }),
      onResume: (waiting) => onEvent({ kind: 'resumed', target, waiting }),
    }),
  }));
  const types = new Set<string>(HISTORY_TYPES);
  let told = '';
  const tellBusy = () => {
    const busy = busyTypes([...types], routes, ({ forwarder }) => app(forwarder.target).inHand.isFull);
    if (busy.join() === told) return;
    told = busy.join();
    bound?.onBusy(busy);
  };
  const routed = routing(routes, (forwarder) => {
    const { target, inHand, turns, held } = app(forwarder.target);
    const request = (delivery: Deliver) => () => turns.take(() => forwarder.forward(delivery), { signal });
    return (delivery) => {
      // A service that is newer than this program may have types that are not known here.
      if (types.size < MOST_BUSY_TYPES) types.add(delivery.event.type);
      return inHand.during(() => held(request(delivery), () => onEvent({ kind: 'held', delivery, target })));
    };
  });
  const onRehearsed: Parameters<typeof rehearsing>[0]['onRehearsed'] = (delivery, rehearsal, outcome, passed) =>
    onEvent({ kind: 'rehearsed', delivery, rehearsal, outcome, passed });
  const rehearsed = rehearsals ? rehearsing({ rehearsals, secret, clock, signal, onRehearsed }, routed) : routed;
  return mirroring(
    {
      mirrors: options.routes.filter(({ mirror }) => mirror),
      onMirrored: (delivery, target, outcome) => onEvent({ kind: 'mirrored', delivery, target, outcome }),
    },
    rehearsed,
  );
}

/** The types whose app can take no more; none when no app can, since then all that comes is to wait. */
function busyTypes(
  types: readonly string[],
  routes: readonly Route[],
  isFull: (route: Route) => boolean,
): readonly string[] {
  const routed = types.flatMap((type) => {
    const route = routeOf(routes, type);
    return route ? [{ type, isBusy: isFull(route) }] : [];
  });
  const busy = routed.filter(({ isBusy }) => isBusy).map(({ type }) => type);
  return busy.length === routed.length ? [] : busy;
}

/** One for all routes to one host and port: it is one program that is down, or busy. */
function oneByOrigin<App>(newApp: (target: string) => App): (target: string) => App {
  const apps = new Map<string, App>();
  return (target) => {
    const origin = URL.canParse(target) ? new URL(target).origin : target;
    const app = apps.get(origin) ?? newApp(target);
    apps.set(origin, app);
    return app;
  };
}
