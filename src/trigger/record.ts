import type { NotificationResource } from '../api/contract.js';
import type { Step } from './plan.js';
import type { SentEvent } from './sent-event.js';

/** A run shows each event when it has no more than this. */
export const FEW = 10;

export interface RecordOptions {
  /** Keep the ids of all events. */
  readonly keepsIds: boolean;
  /** Keep the ids of the notifications for which this is true, to wait for them. */
  readonly awaits: (notification: NotificationResource) => boolean;
}

/**
 * What a run has sent so far. A run may have a million events: what is kept of each is what somebody asked for, and the
 * first few whole.
 */
export class RunRecord {
  sent = 0;
  resent = 0;
  notifications = 0;
  /** When the first of the notifications was made, by the service's clock. */
  since: string | undefined;
  /** The notifications to wait for. */
  readonly awaited = new Set<string>();
  /** Those of them that something kept from being sent when they were made: nothing will come of them soon. */
  readonly blocked = new Set<string>();
  readonly #first = new Map<string, SentEvent>();
  readonly #ids: string[] = [];
  readonly #options: RecordOptions;

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /**
   * @param known the notifications that the event had before it was sent again
   */
  add({ kind, place }: Step, { event, notifications }: SentEvent, known: ReadonlySet<string>): void {
    if (kind === 'trigger') this.sent += 1;
    else this.resent += 1;
    if (kind === 'trigger' && this.#options.keepsIds) this.#ids[place] = event.eventId;
    for (const notification of notifications.filter(({ id }) => !known.has(id))) {
      this.notifications += 1;
      if (this.since === undefined || notification.createdAt < this.since) this.since = notification.createdAt;
      if (!this.#options.awaits(notification)) continue;
      this.awaited.add(notification.id);
      if (notification.blockedBy !== null) this.blocked.add(notification.id);
    }

    this.#keepFew({ event, notifications });
  }

  /** The first events; all of them when there are few. */
  get first(): readonly SentEvent[] {
    return [...this.#first.values()];
  }

  /** In the order of the plan. */
  get eventIds(): readonly string[] {
    // What was not sent, or was another event sent again, left a hole.
    return this.#ids.filter(() => true);
  }

  #keepFew({ event, notifications }: SentEvent): void {
    const known = this.#first.get(event.eventId);
    if (!known && this.#first.size > FEW) return;
    const all = new Map([...(known?.notifications ?? []), ...notifications].map((one) => [one.id, one]));
    this.#first.set(event.eventId, { event, notifications: [...all.values()] });
  }
}
