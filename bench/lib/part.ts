import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stop } from './calreply.js';
import type { Endings } from './endings.js';

/** One of the processes that bring events to an app. It can be killed and started again, as often as is asked. */
export interface Part {
  /** Does not wait until it is ready. */
  start(): ChildProcess;
  /** As `kill -9`: it can finish nothing. Resolves when it is gone, also when it had ended by itself. */
  kill(): Promise<void>;
}

/** A part that is not started yet, and ends with the bench. */
export function part(endings: Endings, begin: () => ChildProcess): Part {
  let child: ChildProcess | undefined;
  endings.add(() => child && stop(child));
  return {
    start() {
      endings.checkNotBegun();
      child = begin();
      return child;
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/**
 * Resolves when a process that was forked says something, which says that it is ready.
 *
 * @param what is waited for, in words
 * @throws {Error} when it does not within `READY_LIMIT`
 */
export async function said(child: ChildProcess, what: string): Promise<void> {
  try {
    await once(child, 'message', { signal: AbortSignal.timeout(READY_LIMIT) });
  } catch (cause) {
    throw new Error(`${what} did not happen within ${READY_LIMIT / 1000} s.`, { cause });
  }
}

/** In milliseconds. */
const READY_LIMIT = 20_000;
