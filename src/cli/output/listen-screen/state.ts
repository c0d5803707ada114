import type { ListenEvent } from '../../../tunnel/listening.js';
import type { RouteJson } from '../routes.js';
import { exchangeOf, standingOf } from './exchange.js';
import { NOTHING_KEPT, withChanged, withNewest, type Kept } from './kept.js';

/** All that the screen shows. It never changes; what happens makes a new one of it. */
export interface ScreenState {
  readonly size: Size;
  /** Whether personal data is shown as it is. */
  readonly reveal: boolean;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly heading: Heading | null;
  readonly link: Link;
  /** What waits at each target that nothing listens at; the targets are URLs, and what waits are ids. */
  readonly down: ReadonlyMap<string, ReadonlySet<string>>;
  readonly kept: Kept;
  readonly counts: Counts;
  /** The number of the exchange that is selected; null while the newest is, whichever that becomes. */
  readonly selected: number | null;
  /** The number of the exchange in the first row of the list, while it does not follow the newest. */
  readonly top: number;
  /** The notification that was sent again from here, whose next attempt is to be selected. */
  readonly awaited: string | null;
  readonly details: { readonly isOpen: boolean; readonly scroll: number };
  readonly filter: { readonly text: string; readonly isEdited: boolean };
  readonly showsHelp: boolean;
  /** What was said last beside it all; it is shown until it is old. */
  readonly message: { readonly text: string; readonly until: number } | null;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Who listens, and where to. */
export interface Heading {
  readonly account: string;
  readonly profile: string | null;
  readonly listener: string;
  readonly eventTypes: readonly string[];
  readonly routes: readonly RouteJson[];
  readonly inboxUrl: string;
  /** What verifies the signatures, when it is to be shown. */
  readonly secret: string | null;
}

export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'reconnecting'; readonly until: number; readonly reason: string };

/** Of all deliveries of this run, also those that are no longer kept. */
export interface Counts {
  readonly arrived: number;
  readonly answered: number;
  readonly failed: number;
}

/** A message is shown for so long, in milliseconds. */
const MESSAGE_TIME = 10_000;

export function initialState(size: Size, reveal: boolean, now: number): ScreenState {
  return {
    size,
    reveal,
    now,
    heading: null,
    link: { kind: 'connecting' },
    down: new Map(),
    kept: NOTHING_KEPT,
    counts: { arrived: 0, answered: 0, failed: 0 },
    selected: null,
    top: 1,
    awaited: null,
    details: { isOpen: false, scroll: 0 },
    filter: { text: '', isEdited: false },
    showsHelp: false,
    message: null,
  };
}

/** The state after something happened at the time `now`. */
export function withEvent(state: ScreenState, event: ListenEvent, now: number): ScreenState {
  switch (event.kind) {
    case 'connected':
      return { ...state, link: { kind: 'connected' } };
    case 'reconnecting':
      return { ...state, link: { kind: 'reconnecting', until: now + event.inMs, reason: event.reason } };
    case 'holding':
      return { ...state, down: new Map(state.down).set(event.target, state.down.get(event.target) ?? new Set()) };
    case 'held': {
      const waiting = state.down.get(event.target) ?? [];
      return { ...state, down: new Map(state.down).set(event.target, new Set([...waiting, event.delivery.id])) };
    }
    case 'resumed':
      return { ...state, down: new Map([...state.down].filter(([target]) => target !== event.target)) };
    case 'delivery':
      return withArrival(state, event, now);
    case 'forwarded':
      return withOutcome(state, event);
    case 'mirrored': {
      const { outcome } = event;
      // What was left out of a mirror is in the report at the end.
      if (outcome === null) return state;
      return {
        ...state,
        kept: withChanged(state.kept, event.delivery, (exchange) => ({
          ...exchange,
          mirrored: [...exchange.mirrored, outcome],
        })),
      };
    }
    case 'rehearsed':
      return {
        ...state,
        kept: withChanged(state.kept, event.delivery, (exchange) => ({
          ...exchange,
          rehearsed: [...exchange.rehearsed, event],
        })),
      };
  }
}

/** The state with something to say, which is not about one delivery. */
export function withMessage(state: ScreenState, text: string, now: number): ScreenState {
  return { ...state, message: { text, until: now + MESSAGE_TIME } };
}

/** Whether something on the screen changes by time alone. */
export function isCounting({ link, message, kept, now }: ScreenState): boolean {
  const isTold = message !== null && message.until > now;
  return isTold || link.kind === 'reconnecting' || kept.exchanges.some((each) => standingOf(each) === 'waiting');
}

function withArrival(state: ScreenState, event: EventOf<'delivery'>, now: number): ScreenState {
  const exchange = exchangeOf(event.delivery, event.signature, state.counts.arrived + 1, now);
  // Whoever sent it again wants to see how it goes now.
  const isAwaited = state.awaited === exchange.id;
  return {
    ...state,
    kept: withNewest(state.kept, exchange),
    counts: { ...state.counts, arrived: exchange.number },
    ...(isAwaited && { awaited: null, selected: state.selected === null ? null : exchange.number }),
  };
}

function withOutcome(state: ScreenState, { delivery, outcome }: EventOf<'forwarded'>): ScreenState {
  const { counts } = state;
  const hasFailed = standingOf({ outcome }) === 'failed';
  return {
    ...state,
    kept: withChanged(state.kept, delivery, (exchange) => ({ ...exchange, outcome })),
    counts: hasFailed ? { ...counts, failed: counts.failed + 1 } : { ...counts, answered: counts.answered + 1 },
  };
}

type EventOf<Kind extends ListenEvent['kind']> = Extract<ListenEvent, { readonly kind: Kind }>;
