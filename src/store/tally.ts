import type { NotificationCounts, NotificationStatistics } from '../model/statistics.js';
import type { GroupCounts } from './history-counts.js';

/** Adds groups up in all, by type, by webhook and by calendar. */
export class Tallies {
  readonly #total = new Tally();
  readonly #byType = new Map<string, Tally>();
  readonly #byWebhook = new Map<number, Tally>();
  readonly #byCalendar = new Map<string | null, Tally>();

  add(counts: GroupCounts): void {
    const { type, webhookRow, calendarCode } = counts.group;
    this.#total.add(counts);
    tallyOf(this.#byType, type).add(counts);
    tallyOf(this.#byWebhook, webhookRow).add(counts);
    tallyOf(this.#byCalendar, calendarCode).add(counts);
  }

  webhookRows(): Iterable<number> {
    return this.#byWebhook.keys();
  }

  statistics(webhook: (row: number) => { webhookId: string; webhookUrl: string }): NotificationStatistics {
    return {
      total: this.#total.counts(),
      byType: rows(this.#byType, (type) => ({ type })),
      byWebhook: rows(this.#byWebhook, webhook),
      byCalendar: rows(this.#byCalendar, (calendarCode) => ({ calendarCode })),
    };
  }
}

/** Adds notifications and response times up. */
class Tally {
  readonly #notifications = new Map<string, number>();
  /** How many answers took so many milliseconds. */
  readonly #answers = new Map<number, number>();
  #answerCount = 0;

  add({ group: { status }, notifications, answers }: GroupCounts): void {
    this.#notifications.set(status, this.#of(status) + notifications);
    for (const [time, count] of answers) {
      this.#answers.set(time, (this.#answers.get(time) ?? 0) + count);
      this.#answerCount += count;
    }
  }

  counts(): NotificationCounts {
    const [delivered, failed, pending] = [this.#of('delivered'), this.#of('failed'), this.#of('pending')];
    const [p50Ms, p95Ms] = this.#percentiles([0.5, 0.95]);
    return {
      sent: delivered + failed + pending,
      delivered,
      failed,
      pending,
      p50Ms: p50Ms ?? null,
      p95Ms: p95Ms ?? null,
    };
  }

  #of(status: string): number {
    return this.#notifications.get(status) ?? 0;
  }

  /** By nearest rank: the shortest time in which at least that share of the answers came. */
  #percentiles(shares: readonly number[]): (number | undefined)[] {
    const times = [...this.#answers].sort(([one], [other]) => one - other);
    return shares.map((share) => {
      let left = Math.ceil(share * this.#answerCount);
      return times.find(([, count]) => (left -= count) <= 0)?.[0];
    });
  }
}

function tallyOf<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  const known = tallies.get(key) ?? new Tally();
  tallies.set(key, known);
  return known;
}

function rows<Key, Named extends object>(tallies: ReadonlyMap<Key, Tally>, named: (key: Key) => Named) {
  return [...tallies]
    .map(([key, tally]) => ({ ...named(key), ...tally.counts() }))
    .sort((one, other) => other.sent - one.sent);
}
