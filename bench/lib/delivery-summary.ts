import type { Bulk, Figures, Single, Steady } from './delivery-figures.js';
import { median } from './stats.js';

/** The medians of the rounds, each figure for itself. */
export function summary(rounds: readonly Figures[]): Figures {
  const [first] = rounds;
  const bulk = medians<Bulk>(rounds.map((round) => round.bulk));
  if (!first?.singles) return { bulk };
  return {
    bulk,
    singles: first.singles.map((_, i) => medians<Single>(rounds.flatMap(({ singles }) => singles?.[i] ?? []))),
    slow: medians<Steady>(rounds.flatMap(({ slow }) => slow ?? [])),
    halfLoad: medians<Steady>(rounds.flatMap(({ halfLoad }) => halfLoad ?? [])),
  };
}

/** One object of the medians of objects that have the same figures. */
export function medians<T extends { readonly [Name in keyof T]: number }>(list: readonly T[]): T {
  const names = Object.keys(list[0] ?? {}) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, median(list.map((one) => one[name]))])) as T;
}
