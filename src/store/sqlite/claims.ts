/**
 * Who attempts what now. On SQLite one process owns the database, so its claims are kept in its memory: they cost no write,
 * and end with the process, after which everything that was in flight is simply due.
 */
export class Claims {
  readonly #byId = new Map<string, Claim>();
  readonly #rows = new Set<number>();
  readonly #inFlight = new Map<number, number>();

  add(id: string, claim: Claim): void {
    this.#byId.set(id, claim);
    this.#rows.add(claim.row);
    this.#count(claim.webhookRow, 1);
  }

  /** The claim on a notification, when it is held, under this name if one is given. */
  held(id: string, name?: string): Claim | undefined {
    const claim = this.#byId.get(id);
    return name === undefined || claim?.name === name ? claim : undefined;
  }

  /** Whether somebody holds the notification of this row. */
  has(row: number): boolean {
    return this.#rows.has(row);
  }

  /** How many of a webhook's notifications are held. */
  inFlightTo(webhookRow: number): number {
    return this.#inFlight.get(webhookRow) ?? 0;
  }

  end(id: string): void {
    const claim = this.#byId.get(id);
    if (!claim) return;
    this.#byId.delete(id);
    this.#rows.delete(claim.row);
    this.#count(claim.webhookRow, -1);
  }

  /** Lengthens every claim of this name. */
  renew(name: string, until: number): void {
    for (const [id, claim] of this.#byId) if (claim.name === name) this.#byId.set(id, { ...claim, until });
  }

  /** The notifications whose holder stopped renewing; all that are held when `now` is undefined. */
  expired(now = Infinity): readonly string[] {
    return [...this.#byId].filter(([, { until }]) => until < now).map(([id]) => id);
  }

  #count(webhookRow: number, change: 1 | -1): void {
    const count = this.inFlightTo(webhookRow) + change;
    if (count === 0) this.#inFlight.delete(webhookRow);
    else this.#inFlight.set(webhookRow, count);
  }
}

export interface Claim {
  /** Of the process that attempts it; its outcome is taken only under the same name. */
  readonly name: string;
  readonly until: number;
  /** The notification's. */
  readonly row: number;
  readonly webhookRow: number;
}
