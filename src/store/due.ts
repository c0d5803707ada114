import type { ReachableListener } from './delivery-store.js';

/** How many may be in flight at once to a webhook: a listener says so itself. */
export function mostInFlight(
  { listener }: { readonly listener: ReachableListener | null },
  perWebhook: number,
): number {
  if (listener === null) return perWebhook;
  return listener.order === 'listener' ? 1 : listener.window;
}

/** The first of some times; null when there is none. */
export function earliest(times: readonly (number | null)[]): number | null {
  return times.reduce((first, time) => (first === null || (time !== null && time < first) ? time : first), null);
}
