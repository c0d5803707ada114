import type { Exchange } from './exchange.js';

/** The last exchanges, oldest first, within bounds. */
export interface Kept {
  readonly exchanges: readonly Exchange[];
  /** How much memory their texts take, nearly. */
  readonly bytes: number;
}

/** So many exchanges are kept. */
export const MOST_KEPT = 1_000;
/** So much of their requests and answers is kept, in bytes: the oldest give theirs up first, and stay in the list. */
export const MOST_BYTES = 16 * 1024 * 1024;

export const NOTHING_KEPT: Kept = { exchanges: [], bytes: 0 };

/** With one more, at the end. */
export function withNewest({ exchanges, bytes }: Kept, newest: Exchange): Kept {
  const [oldest] = exchanges;
  const isFull = exchanges.length >= MOST_KEPT && oldest !== undefined;
  const after = exchanges.slice(isFull ? 1 : 0);
  after.push(newest);
  return withinBytes({
    exchanges: after,
    bytes: bytes - (isFull ? sizeOf(oldest) : 0) + sizeOf(newest),
  });
}

/** With the newest exchange of a delivery changed; the same when there is none any more. */
export function withChanged(
  kept: Kept,
  { id, attempt }: Pick<Exchange, 'id' | 'attempt'>,
  change: (exchange: Exchange) => Exchange,
): Kept {
  const index = kept.exchanges.findLastIndex((each) => each.id === id && each.attempt === attempt);
  const before = kept.exchanges[index];
  if (!before) return kept;
  const after = change(before);
  return withinBytes({
    exchanges: kept.exchanges.with(index, after),
    bytes: kept.bytes - sizeOf(before) + sizeOf(after),
  });
}

function withinBytes(kept: Kept): Kept {
  let { exchanges, bytes } = kept;
  while (bytes > MOST_BYTES) {
    const index = exchanges.findIndex((each) => sizeOf(each) > 0);
    const heavy = exchanges[index];
    if (!heavy) break;
    bytes -= sizeOf(heavy);
    exchanges = exchanges.with(index, emptied(heavy));
  }

  return { exchanges, bytes };
}

function emptied(exchange: Exchange): Exchange {
  const { outcome } = exchange;
  return {
    ...exchange,
    content: null,
    outcome: outcome?.kind === 'answered' ? { ...outcome, answer: '' } : outcome,
    mirrored: [],
    rehearsed: [],
  };
}

function sizeOf({ content, outcome, mirrored, rehearsed }: Exchange): number {
  const answers = [outcome, ...mirrored, ...rehearsed.map((each) => each.outcome)];
  const answered = answers.reduce((sum, each) => sum + (each?.kind === 'answered' ? each.answer.length : 0), 0);
  const headers = content?.headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) ?? 0;
  return answered + headers + (content?.body.length ?? 0);
}
