import type { NotificationCounts } from '../model/statistics.js';

/** Adds notifications and response times up. */
export class Tally {
  readonly #notifications = new Map<string, number>();
  /** How many answers took so many milliseconds. */
  readonly #answers = new Map<number, number>();
  #answerCount = 0;

  addNotifications(status: string, count: number): void {
    this.#notifications.set(status, this.#of(status) + count);
  }

  addAnswers(durationMs: number, count: number): void {
    this.#answers.set(durationMs, (this.#answers.get(durationMs) ?? 0) + count);
    this.#answerCount += count;
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
