import type { Key, KeyName } from './keys.js';
import { NOTHING_KEPT } from './kept.js';
import { withMessage, type ScreenState } from './state.js';
import { selectedOf, settled, windowOf } from './window.js';

/** What a key asks for that the screen cannot do by itself. */
export type Request =
  { readonly kind: 'retry'; readonly id: string } | { readonly kind: 'quit' | 'interrupt' | 'suspend' | 'redraw' };

/** What became of a notification that was to be sent again. */
export interface RetryAnswer {
  /** Whether it is on its way. */
  readonly isSent: boolean;
  /** The whole of it as a sentence. */
  readonly text: string;
}

/** What a key leads to. */
export interface Step {
  readonly state: ScreenState;
  readonly request?: Request | undefined;
}

/** The state after a key was pressed. */
export function withKey(before: ScreenState, key: Key): Step {
  const state = settled(before);
  const name = 'name' in key ? key.name : undefined;
  if (name === 'interrupt' || name === 'suspend' || name === 'redraw') return { state, request: { kind: name } };
  if (state.filter.isEdited) return { state: withFilterKey(state, key) };
  // What is pasted would be a row of keys that nobody meant.
  if ('text' in key) return key.isPasted ? { state } : (TEXT_KEYS[key.text]?.(state) ?? { state });
  return NAMED_KEYS[key.name]?.(state) ?? { state };
}

/** The state after the service has answered to a notification that is to be sent again. */
export function withRetryAnswer(state: ScreenState, id: string, { isSent, text }: RetryAnswer): ScreenState {
  // What was refused comes some day by itself, and then nobody waits for it.
  const awaited = !isSent && state.awaited === id ? null : state.awaited;
  return withMessage({ ...state, awaited }, text, state.now);
}

type Action = (state: ScreenState) => Step;

const move =
  (by: (rows: number) => number): Action =>
  (state) => ({ state: moved(state, by(windowOf(state).rows)) });
const up = move(() => -1);
const down = move(() => 1);
const toFirst: Action = (state) => ({ state: moved(state, -Infinity) });
const toLast: Action = (state) => ({ state: { ...state, selected: null, details: unscrolled(state) } });

const scroll =
  (by: (rows: number) => number): Action =>
  (state) => {
    const { details } = windowOf(state).layout;
    return { state: details ? scrolled(state, by(details.rows)) : state };
  };
const page = (direction: 1 | -1): Action => {
  const pageOf = (rows: number) => direction * Math.max(rows - 2, 1);
  return (state) => (state.details.isOpen ? scroll(pageOf)(state) : move(pageOf)(state));
};

const toggleDetails: Action = (state) => ({
  state: { ...state, details: { isOpen: !state.details.isOpen, scroll: 0 } },
});
const toggleHelp: Action = (state) => ({ state: { ...state, showsHelp: !state.showsHelp } });
const togglePause: Action = (state) => {
  const newest = state.kept.exchanges.at(-1);
  return {
    state: { ...state, selected: state.selected === null ? (selectedNumber(state) ?? newest?.number ?? null) : null },
  };
};
const editFilter: Action = (state) => ({ state: { ...state, filter: { ...state.filter, isEdited: true } } });
const clear: Action = (state) => ({
  state: { ...state, kept: NOTHING_KEPT, selected: null, details: unscrolled(state) },
});
const quit: Action = (state) => ({ state, request: { kind: 'quit' } });

const retry: Action = (state) => {
  const selected = selectedOf(windowOf(state));
  if (!selected) return { state: withMessage(state, 'There is nothing to send again yet.', state.now) };
  return { state: { ...state, awaited: selected.id }, request: { kind: 'retry', id: selected.id } };
};

/** Closes what lies on top. */
const back: Action = (state) => {
  if (state.showsHelp) return toggleHelp(state);
  if (state.details.isOpen) return toggleDetails(state);
  return { state: { ...state, filter: { text: '', isEdited: false } } };
};

const NAMED_KEYS: Partial<Record<KeyName, Action>> = {
  up,
  down,
  'page-up': page(-1),
  'page-down': page(1),
  home: toFirst,
  end: toLast,
  enter: toggleDetails,
  escape: back,
  'end-of-input': quit,
};

const TEXT_KEYS: Readonly<Record<string, Action>> = {
  k: up,
  j: down,
  g: toFirst,
  G: toLast,
  K: scroll(() => -1),
  J: scroll(() => 1),
  b: page(-1),
  ' ': page(1),
  d: toggleDetails,
  r: retry,
  '/': editFilter,
  p: togglePause,
  c: clear,
  '?': toggleHelp,
  q: quit,
};

/** Who moves down beyond the newest one follows again. */
function moved(state: ScreenState, by: number): ScreenState {
  const { matching, index } = windowOf(state);
  const target = index + by;
  if (matching.length === 0) return state;
  const isBeyond = target >= matching.length && by > 0;
  const to = matching[Math.min(Math.max(target, 0), matching.length - 1)];
  if (isBeyond || !to) return { ...state, selected: null, details: unscrolled(state) };
  const isSame = to.number === matching[index]?.number;
  return { ...state, selected: to.number, details: isSame ? state.details : unscrolled(state) };
}

/** Who reads on stays at what is being read. */
function scrolled(state: ScreenState, by: number): ScreenState {
  const selected = state.selected ?? selectedNumber(state) ?? null;
  return { ...state, selected, details: { ...state.details, scroll: Math.max(state.details.scroll + by, 0) } };
}

function selectedNumber(state: ScreenState): number | undefined {
  return selectedOf(windowOf(state))?.number;
}

function unscrolled({ details }: ScreenState): ScreenState['details'] {
  return { ...details, scroll: 0 };
}

/** A filter that nobody can read whole is none. */
const LONGEST_FILTER = 100;

/** The list shows at once what the filter lets through; enter keeps it, escape takes it away. */
function withFilterKey(state: ScreenState, key: Key): ScreenState {
  const { text } = state.filter;
  const edited = (to: string): ScreenState => ({
    ...state,
    filter: { text: to.slice(0, LONGEST_FILTER), isEdited: true },
  });
  if ('text' in key) return edited(text + key.text.replace(/[\r\n]+/g, ' '));
  switch (key.name) {
    case 'enter':
      return { ...state, filter: { text: text.trim(), isEdited: false } };
    case 'escape':
      return { ...state, filter: { text: '', isEdited: false } };
    case 'backspace':
      return text === ''
        ? { ...state, filter: { text, isEdited: false } }
        : edited(Array.from(text).slice(0, -1).join(''));
    case 'delete-line':
      return edited('');
    case 'up':
      return moved(state, -1);
    case 'down':
      return moved(state, 1);
    default:
      return state;
  }
}
