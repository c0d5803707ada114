/** In milliseconds between two looks. After a long wait it is a tenth of that: looking slows down what is waited for. */
const OFTEN = 5;

/**
 * Looks again and again until `look` finds something (anything but undefined and false), and returns it. Fails with
 * `what` when there is nothing within `limit` milliseconds.
 */
export async function eventually<T>(
  what: string | (() => string),
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 20_000,
): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    const waited = Date.now() - startedAt;
    if (waited > limit) throw new Error(`Waited ${limit} ms in vain for ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(OFTEN, waited / 10)));
  }
}
