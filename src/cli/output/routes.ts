import { printable } from './terminal.js';

/** A way to a local app, as `listen --json` tells of it. */
export interface RouteJson {
  /** Empty for all that no other route names. */
  readonly eventTypes: readonly string[];
  readonly to: string;
  /** It gets a copy, and what it answers changes nothing. */
  readonly mirror: boolean;
}

/**
 * Where deliveries go: in one line, or for several routes in a line each.
 *
 * @param more what is said behind it
 */
export function renderRoutes(routes: readonly RouteJson[], more: string): string[] {
  const [first] = routes;
  if (routes.length === 1 && first) {
    const types = first.eventTypes.length === 0 ? '' : `${printable(first.eventTypes.join(', '))} `;
    return [`Forwarding ${types}to ${printable(first.to)} · ${more}`];
  }

  return [...routes.map((route) => `Forwarding ${whatOf(route)} to ${printable(route.to)}`), `The ${more}`];
}

function whatOf({ eventTypes, mirror }: RouteJson): string {
  const types = printable(eventTypes.join(', '));
  if (mirror) return eventTypes.length === 0 ? 'a copy of everything' : `a copy of ${types}`;
  return eventTypes.length === 0 ? 'everything else' : types;
}

/** A route as it was asked for. */
interface ReadyRoute {
  readonly types: readonly string[];
  readonly target: URL;
  readonly mirror: boolean;
}

/** Where deliveries go, for programs. */
export function readyRoutes(routes: readonly ReadyRoute[]): { forwardTo: string; routes: readonly RouteJson[] } {
  const own = routes.filter(({ mirror }) => !mirror);
  const main = own.find(({ types }) => types.length === 0) ?? own[0];
  return {
    forwardTo: main?.target.href ?? '',
    routes: routes.map(({ types, target, mirror }) => ({ eventTypes: types, to: target.href, mirror })),
  };
}
