import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Endings } from '../lib/endings.js';

/**
 * Starts a peer's worker as a process of its own, and waits until it works.
 *
 * @param file beside this one
 * @param args what it finds in `process.argv`
 * @throws {Error} when it ends before
 */
export async function startWorker(endings: Endings, file: string, args: readonly string[]): Promise<void> {
  const child = fork(new URL(file, import.meta.url), args);
  const ended = once(child, 'exit');
  endings.add(async () => {
    if (child.connected) child.disconnect();
    await ended;
  });
  const failed = ended.then(() => Promise.reject(new Error(`${file} ended before it worked`)));
  await Promise.race([once(child, 'message'), failed]);
}

/** In the worker: it works, and ends with the bench, not by ^C. */
export function works(): void {
  process.once('disconnect', () => process.exit());
  process.on('SIGINT', () => undefined);
  // The bench may have ended while it was starting.
  if (process.connected) process.send?.('works');
  else process.exit();
}
