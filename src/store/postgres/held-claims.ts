/**
 * What this process has claimed. The claims themselves are rows of the database; here is what they are called there, so that
 * an outcome needs no look for it.
 */
export class HeldClaims {
  readonly #byId = new Map<string, HeldClaim>();
  readonly #tokens = new Set<number>();
  readonly #ending = new Map<number, number>();

  add(id: string, claim: HeldClaim): void {
    const before = this.#byId.get(id);
    if (before) this.#tokens.delete(before.token);
    this.#byId.set(id, claim);
    this.#tokens.add(claim.token);
  }

  /** The claim on a notification, when this process made it under this name. */
  of(id: string, worker: string): HeldClaim | undefined {
    const claim = this.#byId.get(id);
    return claim?.worker === worker ? claim : undefined;
  }

  /**
   * The exchange is over, and its outcome is being written: its receiver has room for another.
   *
   * @returns call it when it is written, or cannot be
   */
  ends({ webhookRow }: HeldClaim): () => void {
    const count = (change: 1 | -1) => {
      const now = this.endingAt(webhookRow) + change;
      if (now === 0) this.#ending.delete(webhookRow);
      else this.#ending.set(webhookRow, now);
    };
    count(1);
    return () => count(-1);
  }

  /** Of how many claims at a webhook the outcome is being written. */
  endingAt(webhookRow: number): number {
    return this.#ending.get(webhookRow) ?? 0;
  }

  /** Nothing is under way here any more. */
  clear(): void {
    this.#byId.clear();
    this.#tokens.clear();
  }

  /** Whether this process holds it. */
  has({ token }: Pick<HeldClaim, 'token'>): boolean {
    return this.#tokens.has(token);
  }

  /** Forgets a claim, unless the notification was claimed anew since. */
  end(id: string, { token }: HeldClaim): void {
    if (this.#byId.get(id)?.token === token) this.#byId.delete(id);
    this.#tokens.delete(token);
  }
}

export interface HeldClaim {
  /** The row of the claim: an outcome counts only while that is there. Every claim has another. */
  readonly token: number;
  /** The name it was made under. */
  readonly worker: string;
  /** The notification's. */
  readonly row: number;
  readonly webhookRow: number;
  readonly orderKey: string | null;
  /** The number of the attempt that it is for. */
  readonly attempt: number;
  /** When the notification fell due. */
  readonly dueAt: number;
}
