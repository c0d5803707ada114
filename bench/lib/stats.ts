/** The middle of `values`: what a run on a busy machine says, without its worst and its luckiest moments. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The smallest of `values` that at least `percent` of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = Math.max(Math.ceil((percent / 100) * sorted.length) - 1, 0);
  return sorted[place] ?? Number.NaN;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** As `Math.min`, of any number of values: those of a long run are too many for the arguments of a call. */
export function least(values: Iterable<number>): number {
  let result = Number.POSITIVE_INFINITY;
  for (const value of values) result = Math.min(result, value);
  return result;
}

/** As `Math.max`, of any number of values. */
export function greatest(values: Iterable<number>): number {
  let result = Number.NEGATIVE_INFINITY;
  for (const value of values) result = Math.max(result, value);
  return result;
}
