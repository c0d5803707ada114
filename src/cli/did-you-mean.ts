import { closest } from '../util/closest.js';

/** How many suggestions fit into a line. */
const MOST = 3;

/** `Did you mean: --status`, by those of `candidates` that `word` is a slip away from; undefined when there is none. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  return suggestion(closest(word, candidates));
}

/** The same for what was found in another way. */
export function suggestion(meant: readonly string[]): string | undefined {
  return meant.length === 0 ? undefined : `Did you mean: ${meant.slice(0, MOST).join(' or ')}`;
}
