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
