import { CalReplyError } from '../errors.js';
import {
  EVENT_TYPES,
  HISTORY_TYPES,
  kebabEventType,
  parseHistoryType,
  type EventType,
  type HistoryType,
} from '../model/event-types.js';
import type { HeaderList } from '../model/request.js';
import { unknownType } from './flags.js';
import { parseTarget } from './input.js';

/** The longest that an app may take, in seconds: a longer timer of Node.js would end at once. */
export const LONGEST_TIMEOUT = 2_147_483;

/** A way to a local app, as somebody wants it. */
export interface RoutePlan {
  /** Empty for all. */
  readonly types: readonly HistoryType[];
  readonly target: URL;
  readonly headers: HeaderList;
  /** In milliseconds, 0 for none; undefined where nothing was said. */
  readonly timeout: number | undefined;
  /** Certificates of authorities to trust, PEM. */
  readonly ca: string | undefined;
  readonly insecure: boolean;
  /** It gets a copy, and what it answers changes nothing. */
  readonly mirror: boolean;
}

/**
 * What `--forward-to` and `--mirror-to` take: a target for all, or `subscribe,unsubscribe=TARGET` for some types.
 *
 * @throws {CalReplyError} InvalidUrl, UnknownEventType
 */
export function parseRoute(text: string, { mirror }: { readonly mirror: boolean }): RoutePlan {
  // The name of a host may be before “=” only with a path or a query between, and no type has those.
  const [, names, target = text] = /^([\w\s,-]*)=([^]*)$/.exec(text) ?? [];
  const types = names === undefined ? [] : names.split(',').map((name) => routeTypeOf(name.trim()));
  return {
    types: [...new Set(types)],
    target: parseTarget(target),
    headers: [],
    timeout: undefined,
    ca: undefined,
    insecure: false,
    mirror,
  };
}

/**
 * The types that a listener asks the service for: those it was told to take, or else what its routes take; empty for
 * every type.
 *
 * @param asked undefined when nothing was said; empty for every type
 * @throws {CalReplyError} WrongUse when there is no route for one that was asked for
 */
export function wantedTypes(
  routes: readonly Pick<RoutePlan, 'types' | 'mirror'>[],
  asked: readonly EventType[] | undefined,
): EventType[] {
  const own = routes.filter(({ mirror }) => !mirror);
  if (own.some(({ types }) => types.length === 0)) return [...(asked ?? [])];
  const routed = EVENT_TYPES.filter((type) => own.some(({ types }) => types.includes(type)));
  if (asked === undefined) {
    if (routed.length > 0) return routed;
    throw new CalReplyError(
      'WrongUse',
      'Only what comes in at the inbox has a route, and a listener takes events too.',
      {
        hint: 'Add a route for all, such as: --forward-to localhost:3000',
      },
    );
  }

  const lost = (asked.length === 0 ? EVENT_TYPES : asked).filter((type) => !routed.includes(type));
  if (lost.length === 0) return [...asked];
  throw new CalReplyError('WrongUse', `No route takes ${lost.map(kebabEventType).join(', ')}.`, {
    hint: 'Add a route for all, such as --forward-to localhost:3000, or ask for fewer types with --events.',
  });
}

function routeTypeOf(name: string): HistoryType {
  const type = parseHistoryType(name);
  if (type) return type;
  throw unknownType(name, HISTORY_TYPES.map(kebabEventType));
}
