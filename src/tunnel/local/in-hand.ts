/** How many deliveries one app has in hand here: at it, on their way, or held while it is down. */
export class InHand {
  #count = 0;
  #isFull = false;

  /**
   * @param most so many are as many as it is given
   * @param onChange it is full from now on, or not any more
   */
  constructor(
    readonly most: number,
    readonly onChange: () => void,
  ) {}

  /** Whether there were as many as it is given, and more than half of these still are: it is not asked for each anew. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Counts as one while `work` is under way. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#change(1);
    try {
      return await work();
    } finally {
      this.#change(-1);
    }
  }

  #change(by: 1 | -1): void {
    this.#count += by;
    const isFull = this.#count >= this.most || (this.#isFull && this.#count > this.most / 2);
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.onChange();
  }
}
