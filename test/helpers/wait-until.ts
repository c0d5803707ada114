import { eventually } from './eventually.js';

/** Looks again and again until `condition` holds, and fails with `what` when it does not within `limit` milliseconds. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit = 5_000,
): Promise<void> {
  await eventually(`this: ${what}`, condition, limit);
}
