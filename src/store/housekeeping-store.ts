/**
 * What keeps the history short and quick. Each is done in steps, a short write each, and whoever takes the steps decides
 * when the next one comes; ending the loop ends it.
 */
export interface HousekeepingStore {
  /**
   * Removes what is older than `before`: notifications that were finished then, events that have no notification left,
   * ended subscriptions, and webhooks and listeners that were taken off and of which nothing is left. Nothing pending,
   * and never the newest notification and event.
   *
   * @returns how many rows each step removed
   */
  removeOld(before: number): AsyncIterable<number>;

  /**
   * Counts the parts of the history that nobody counted yet, so that statistics are quick.
   *
   * @param settledBefore a part with a pending notification that is younger is left for later
   * @returns how many parts each step counted
   */
  countHistory(settledBefore: number): AsyncIterable<number>;

  /**
   * Folds what accepted events tell of subscriptions into what insights are read from, so that who asks for them need not
   * wait for it.
   *
   * @returns how many events each step folded
   */
  foldEvents(): AsyncIterable<number>;
}
