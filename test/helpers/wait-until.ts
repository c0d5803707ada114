/** Looks again and again until `condition` holds, and fails with `what` when it does not within `limit` milliseconds. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit = 5_000,
): Promise<void> {
  const startedAt = Date.now();
  while (!(await condition())) {
    const waited = Date.now() - startedAt;
    if (waited > limit) throw new Error(`Waited ${limit} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(5, waited / 10)));
  }
}
