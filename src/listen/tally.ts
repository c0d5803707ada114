import { isSuccess } from '../model/notification.js';
import type { ForwardOutcome } from '../tunnel/local/forward.js';
import type { ListenEvent } from '../tunnel/listening.js';
import type { Expectation } from './expectation.js';
import { RehearsalTally } from './rehearsal-tally.js';
import type { ListenWatcher } from './watcher.js';

/** What became of a notification, over all its attempts. */
export interface Tallied {
  readonly id: string;
  readonly eventType: string;
  /** Of its last attempt, or of the first that was answered 2xx; null while there is none. */
  readonly outcome: ForwardOutcome | null;
  /** It was answered 2xx. What became of it when it was sent again by hand after that does not count. */
  readonly isAnswered: boolean;
}

/** Counts what a listener brought to the app. A notification counts once, however often it was tried. */
export class Tally implements ListenWatcher {
  readonly #notifications = new Map<string, Tallied>();
  readonly #answered = new Map<string, number>();
  readonly #inFlight = new Set<string>();
  readonly #rehearsals = new RehearsalTally();
  readonly #onChange = new Set<() => void>();

  /** In the order in which they arrived. */
  get notifications(): readonly Tallied[] {
    return [...this.#notifications.values()];
  }

  get rehearsals(): RehearsalTally['sums'] {
    return this.#rehearsals.sums;
  }

  /** Whether something is being forwarded, waits for the app, or was dropped and has not come again. */
  get isBusy(): boolean {
    return this.#inFlight.size > 0;
  }

  /** How many that an expectation is about were answered 2xx. */
  answered({ eventType }: Pick<Expectation, 'eventType'>): number {
    if (eventType !== null) return this.#answered.get(eventType) ?? 0;
    return [...this.#answered.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Those that an expectation is about and that were not answered 2xx. */
  unanswered({ eventType }: Pick<Expectation, 'eventType'>): readonly Tallied[] {
    return this.notifications.filter((one) => !one.isAnswered && (eventType === null || one.eventType === eventType));
  }

  /** Calls `action` after each change; the answer ends that. */
  onChange(action: () => void): () => void {
    this.#onChange.add(action);
    return () => this.#onChange.delete(action);
  }

  onEvent(event: ListenEvent): void {
    switch (event.kind) {
      case 'delivery':
        this.#arrived(event.delivery.id, event.delivery.event.type);
        break;
      case 'forwarded':
        this.#forwarded(event.delivery.id, event.delivery.event.type, event.outcome);
        break;
      case 'rehearsed':
        this.#rehearsals.onEvent(event);
        break;
      default:
        return;
    }

    for (const action of this.#onChange) action();
  }

  #arrived(id: string, eventType: string): void {
    this.#inFlight.add(id);
    if (!this.#notifications.has(id)) this.#notifications.set(id, { id, eventType, outcome: null, isAnswered: false });
  }

  #forwarded(id: string, eventType: string, outcome: ForwardOutcome): void {
    // What was dropped for a rehearsal comes again in some seconds, and is still to be answered.
    const isDropped = outcome.kind === 'unanswered' && outcome.error === 'dropped';
    if (!isDropped) this.#inFlight.delete(id);
    if (this.#notifications.get(id)?.isAnswered) return;
    const isAnswered = outcome.kind === 'answered' && isSuccess(outcome.status);
    if (isAnswered) this.#answered.set(eventType, (this.#answered.get(eventType) ?? 0) + 1);
    // What a success says is not told, and may be long.
    const kept = isAnswered ? { ...outcome, answer: '' } : outcome;
    this.#notifications.set(id, { id, eventType, outcome: kept, isAnswered });
  }
}
