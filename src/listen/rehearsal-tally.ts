import type { ListenEvent, Rehearsal, RehearsedCopy } from '../tunnel/listening.js';
import type { ListenWatcher } from './watcher.js';

/** How a handler did with what was done to it, of one kind. */
export interface RehearsalSum {
  readonly passed: number;
  readonly failed: number;
  /** The notifications with which it first did not do what it should. */
  readonly firstFailed: readonly string[];
}

/** What is tried, in words. */
export const REHEARSAL_NAMES: Readonly<Record<Rehearsal, string>> = {
  'bad-signature': 'bad signature',
  stale: 'stale timestamp',
  duplicate: 'duplicate',
  drop: 'dropped',
};

/** So many are named: a listener may run for weeks. */
const MOST_NAMED = 1_000;

/** Counts how a handler did in rehearsals. Nothing is asked of it by what is dropped, so that is not counted. */
export class RehearsalTally implements ListenWatcher {
  readonly #sums = new Map<RehearsedCopy, RehearsalSum>();

  /** Of each kind that was tried, in the order in which they first were. */
  get sums(): ReadonlyMap<RehearsedCopy, RehearsalSum> {
    return this.#sums;
  }

  onEvent(event: ListenEvent): void {
    if (event.kind !== 'rehearsed' || event.rehearsal === 'drop') return;
    const { passed, failed, firstFailed } = this.#sums.get(event.rehearsal) ?? NONE;
    const isNamed = !event.passed && firstFailed.length < MOST_NAMED;
    this.#sums.set(event.rehearsal, {
      passed: passed + (event.passed ? 1 : 0),
      failed: failed + (event.passed ? 0 : 1),
      firstFailed: isNamed ? [...firstFailed, event.delivery.id] : firstFailed,
    });
  }
}

const NONE: RehearsalSum = { passed: 0, failed: 0, firstFailed: [] };
