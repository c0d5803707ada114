import { accessSync, constants, lstatSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CalReplyError } from '../errors.js';
import { isAlive } from '../util/is-alive.js';
import { replaceFile } from '../util/replace-file.js';
import { systemErrorText } from '../util/system-error-text.js';

/** A file that is there as long as a listener is ready. */
export interface ReadyFile {
  /**
   * Writes it, in one step: who sees it sees all of it. It can be read by its owner only, and is gone when the process
   * ends, unless that is killed.
   *
   * @throws {CalReplyError} WrongUse when it cannot be written after all
   */
  write(ready: { readonly type: 'ready'; readonly [field: string]: unknown }): void;
  remove(): void;
}

/**
 * Makes sure that there can be such a file, and takes away the one of a run that was killed, or that is about to be taken
 * over: it would say that this one is ready. A file with anything else in it is left alone.
 *
 * @param takenOver finds the name of the listener that is taken from whoever has it: a file of its own does not stand in
 *   the way
 * @throws {CalReplyError} WrongUse, and what `takenOver` throws
 */
export function readyFile(path: string, takenOver?: () => string): ReadyFile {
  try {
    if (isThere(path)) {
      const { pid, name } = ownerOf(path) ?? {};
      if (pid === undefined) throw new Error('there is a file with something else in it');
      // One with our own number is of a process before us, such as in a container that was started anew.
      const isRunning = pid > 0 && pid !== process.pid && isAlive(pid);
      if (isRunning && (takenOver === undefined || name !== takenOver()))
        throw new Error(`it is that of another listener, process ${pid}`);
      // One that is taken over takes away its own only: from here on there is none, or ours.
      rmSync(path);
    }

    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw error instanceof CalReplyError ? error : unfit(path, error);
  }

  const remove = () => {
    process.removeListener('exit', remove);
    // Another listener may have one of this name by now.
    if (isThere(path) && ownerOf(path)?.pid === process.pid) rmSync(path, { force: true });
  };
  return {
    write(ready) {
      try {
        replaceFile(path, `${JSON.stringify(ready)}\n`);
      } catch (error) {
        throw unfit(path, error);
      }

      process.once('exit', remove);
    },
    remove,
  };
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

interface Owner {
  /** 0 when the file does not say. */
  readonly pid: number;
  /** What its listener is called, as far as the file says. */
  readonly name: unknown;
}

/** Whose ready file this is; undefined when it is none. */
function ownerOf(path: string): Owner | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly type?: unknown;
      readonly pid?: unknown;
      readonly listener?: { readonly name?: unknown } | null;
    } | null;
    if (value?.type !== 'ready') return undefined;
    return { pid: typeof value.pid === 'number' ? value.pid : 0, name: value.listener?.name };
  } catch {
    return undefined;
  }
}

function unfit(path: string, cause: unknown): CalReplyError {
  return new CalReplyError('WrongUse', `The ready file ${path} cannot be written: ${systemErrorText(cause)}.`, {
    hint: 'Name a file of its own in a folder that is there, such as: --ready-file ready.json',
    cause,
  });
}
