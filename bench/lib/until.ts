import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer.
 *
 * @param what is waited for, in words
 * @throws {Error} when there is none within `seconds`
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 20): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(20);
  }

  throw new Error(`${what} did not happen within ${seconds} s.`);
}
