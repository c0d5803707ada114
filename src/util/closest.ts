/**
 * Those of `candidates` that `word` was probably meant to be, best first: as few slips of the finger away as a third of
 * its letters, or `word` is how they begin.
 */
export function closest(word: string, candidates: Iterable<string>): string[] {
  const ranked = [...new Set(candidates)]
    .map((candidate) => ({ candidate, slips: slipsBetween(word, candidate) }))
    .filter(({ slips }) => slips !== undefined)
    .sort((a, b) => (a.slips ?? 0) - (b.slips ?? 0));
  return ranked.map(({ candidate }) => candidate);
}

/** How many slips lead from what was meant to what was typed; undefined when it is too many for a typing error. */
export function slipsBetween(typed: string, meant: string): number | undefined {
  const [word, other] = [typed.toLowerCase(), meant.toLowerCase()];
  const slips = distance(word, other);
  if (slips <= Math.max(1, Math.floor(Math.max(word.length, other.length) / 3))) return slips;
  // Unfinished rather than mistyped; behind every real slip.
  return word.length >= 2 && other.startsWith(word) ? word.length + slips : undefined;
}

/**
 * The Damerau–Levenshtein distance (optimal string alignment): letters left out, added, replaced, or swapped with the
 * next one.
 */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }

    [beforeLast, last] = [last, row];
  }

  return at(last, b.length);
}

const at = (row: readonly number[], index: number) => row[index] ?? Infinity;
