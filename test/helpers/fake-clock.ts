import type { Clock } from '../../src/util/clock.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #elapsed = 0;
  /** What the date was, or is said to have been, at the beginning. */
  #start: number;
  readonly #timers = new Set<{ readonly at: number; readonly action: () => void }>();

  constructor(now = Date.parse('2026-11-23T12:00:00Z')) {
    this.#start = now;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** Sets the date forward, or back when `ms` is negative. No time passes. */
  jump(ms: number): void {
    this.#start += ms;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#elapsed + Math.max(ms, 0), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers have neither run nor been cancelled. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /**
   * Moves on by `ms` and runs what falls due on the way, each at its own time.
   *
   * @param settle lets finish what the last timer started, before time goes on
   */
  async advance(ms: number, settle: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.action();
      await settle();
    }

    this.#elapsed = end;
  }
}
