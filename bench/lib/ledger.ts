import type { Accepted } from './load.js';
import type { Receipt } from './sink.js';

/** What was sent, accepted and received in a whole bench: a receipt may come late, in the run of another system. */
export class Ledger {
  private readonly systemOf = new Map<string, string>();
  private readonly accepted = new Set<string>();
  private readonly receipts = new Map<string, number>();

  noteSent(system: string, ids: readonly string[]): void {
    for (const id of ids) this.systemOf.set(id, system);
  }

  noteAccepted(accepted: Accepted): void {
    for (const id of accepted.keys()) this.accepted.add(id);
  }

  /** @throws {Error} when something was received that nobody sent: then the figures would be of something else */
  noteReceived(receipts: readonly Receipt[]): void {
    for (const [id] of receipts) {
      if (!this.systemOf.has(id)) throw new Error(`${id} was received, and was not sent by this bench.`);
      this.receipts.set(id, (this.receipts.get(id) ?? 0) + 1);
    }
  }

  /** How many were accepted and never received. */
  lost(system: string): number {
    return [...this.accepted].filter((id) => this.systemOf.get(id) === system && !this.receipts.has(id)).length;
  }

  /** How many were received more than once. */
  twice(system: string): number {
    return [...this.receipts].filter(([id, times]) => this.systemOf.get(id) === system && times > 1).length;
  }
}
