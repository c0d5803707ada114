import type { Forward, Forwarder } from './forward.js';

/** A way to a local app. */
export interface Route {
  /** The types that go this way, `Inbox` among them; empty for all. */
  readonly types: readonly string[];
  readonly forwarder: Forwarder;
  /** It gets a copy, and what it answers changes nothing. */
  readonly mirror: boolean;
}

/** The first route that names a type, or else the first that takes all; undefined when there is neither. */
export function routeOf<R extends Pick<Route, 'types'>>(routes: readonly R[], type: string): R | undefined {
  return routes.find(({ types }) => types.includes(type)) ?? routes.find(({ types }) => types.length === 0);
}

/**
 * Sends each delivery by the route of its type.
 *
 * @param forwardTo how a delivery goes to the app of a route
 */
export function routing(routes: readonly Route[], forwardTo: (forwarder: Forwarder) => Forward): Forward {
  const ways = routes.map(({ types, forwarder }) => ({ types, forward: forwardTo(forwarder) }));
  return (delivery) => {
    const way = routeOf(ways, delivery.event.type);
    if (way) return way.forward(delivery);
    return Promise.resolve({ kind: 'unanswered', url: '', error: 'no_route', durationMs: 0 });
  };
}

/** Whether deliveries of a type may go by a route. */
export function takes({ types }: Pick<Route, 'types'>, type: string): boolean {
  return types.length === 0 || types.includes(type);
}
