import { detailLines } from './details.js';
import type { Exchange } from './exchange.js';
import { matches } from './filter.js';
import { layoutOf, type Layout } from './layout.js';
import type { ScreenState } from './state.js';

/** What of the list is to be seen. */
export interface Window {
  readonly layout: Layout;
  /** All that the filter lets through. */
  readonly matching: readonly Exchange[];
  /** The place of the selected one among them; -1 when there is none. */
  readonly index: number;
  /** The place of the first one that is shown. */
  readonly top: number;
  /** How many rows of the list show exchanges; one more is its head, where there is room. */
  readonly rows: number;
}

/** The window that a state asks for: the selected one is inside it, and it moves no more than that needs. */
export function windowOf(state: ScreenState): Window {
  const layout = layoutOf(state);
  const rows = layout.list.rows - headRows(layout);
  const { exchanges } = state.kept;
  const matching = state.filter.text === '' ? exchanges : exchanges.filter((each) => matches(each, state.filter.text));
  const last = matching.length - 1;
  const index = state.selected === null ? last : placeOf(matching, state.selected);
  const lowest = Math.max(matching.length - rows, 0);
  if (state.selected === null) return { layout, matching, index, top: lowest, rows };
  const asked = placeOf(matching, state.top);
  const top = Math.min(Math.max(Math.min(asked, index), index - rows + 1, 0), lowest);
  return { layout, matching, index, top, rows };
}

/** The head of the list takes a row from it, where that leaves enough. */
export function headRows({ list }: Layout): number {
  return list.rows >= 5 ? 1 : 0;
}

/** The exchange that details are of, and `r` sends again. */
export function selectedOf({ matching, index }: Window): Exchange | undefined {
  return matching[index];
}

/**
 * The same state with what it asks for beyond what there is brought back to what is shown, so that the next key starts
 * from what is seen.
 */
export function settled(state: ScreenState): ScreenState {
  const window = windowOf(state);
  const selected = selectedOf(window);
  const { details } = window.layout;
  const lines = selected && details ? detailLines(selected, details.columns, state.reveal).length : 0;
  const lowest = details ? Math.max(lines - (details.rows - 1), 0) : 0;
  return {
    ...state,
    selected: state.selected === null ? null : (selected?.number ?? null),
    top: window.matching[window.top]?.number ?? 1,
    details: { ...state.details, scroll: Math.min(state.details.scroll, lowest) },
  };
}

/** The place of an exchange; of the next newer one when it is not there, or of the last. */
function placeOf(exchanges: readonly Exchange[], number: number): number {
  const index = exchanges.findIndex((each) => each.number >= number);
  return index === -1 ? exchanges.length - 1 : index;
}
