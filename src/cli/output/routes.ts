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
  const texts = routeTexts(routes).map((text) => `Forwarding ${printable(text)}`);
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? [`${only} · ${more}`] : [...texts, `The ${more}`];
}

/** Where deliveries go, a text for each route: `to http://…`, `Subscribe to http://…`. They are not yet printable. */
export function routeTexts(routes: readonly RouteJson[]): string[] {
  const isOnly = routes.length === 1;
  const others = routes.some(({ eventTypes, mirror }) => !mirror && eventTypes.length > 0);
  return routes.map(({ eventTypes, mirror, to }) => {
    const types = eventTypes.join(', ');
    if (mirror) return `a copy of ${types === '' ? 'everything' : types} to ${to}`;
    if (types !== '') return `${types} to ${to}`;
    return isOnly ? `to ${to}` : `everything${others ? ' else' : ''} to ${to}`;
  });
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
