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
 * Makes sure that there can be such a file, and takes away the one of a run that was killed: it would say that this one
 * is ready. A file with anything else in it is left alone.
 *
 * @throws {CalReplyError} WrongUse
 */
export function readyFile(path: string): ReadyFile {
  try {
    if (isThere(path)) {
      const owner = ownerOf(path);
      if (owner === undefined) throw new Error('there is a file with something else in it');
      if (owner > 0 && isAlive(owner)) throw new Error(`it is that of another listener, process ${owner}`);
      rmSync(path);
    }

    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unfit(path, error);
  }

  const remove = () => {
    process.removeListener('exit', remove);
    // Another listener may have one of this name by now.
    if (isThere(path) && ownerOf(path) === process.pid) rmSync(path, { force: true });
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

/** The process whose ready file this is; 0 when it does not say, undefined when it is none. */
function ownerOf(path: string): number | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as { readonly type?: unknown; readonly pid?: unknown } | null;
    if (value?.type !== 'ready') return undefined;
    return typeof value.pid === 'number' ? value.pid : 0;
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
