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
  write(ready: { readonly type: 'ready'; readonly pid: number; readonly [field: string]: unknown }): void;
  /** Takes away what was written; what another has put in its place stays. */
  remove(): void;
}

/**
 * Makes sure that there can be such a file, and takes away the one of a run that was killed: it would say that this one
 * is ready. That of a run that still goes on, and a file with anything else in it, are left alone.
 *
 * @throws {CalReplyError} WrongUse
 */
export function readyFile(path: string): ReadyFile {
  try {
    if (isThere(path)) {
      const pid = writerOf(path);
      if (pid === undefined) throw new Error('there is a file with something else in it');
      // One with our own number is of a process before us, such as in a container that was started anew.
      if (pid !== process.pid && isAlive(pid)) throw new Error(`process ${pid} is a listener that uses it`);
      rmSync(path);
    }

    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unfit(path, error);
  }

  let written: string | undefined;
  const remove = () => {
    process.removeListener('exit', remove);
    if (written !== undefined && textOf(path) === written) rmSync(path, { force: true });
  };
  return {
    write(ready) {
      const text = `${JSON.stringify(ready)}\n`;
      try {
        replaceFile(path, text);
        written = text;
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

/** The process that has written a ready file; undefined for another file. */
function writerOf(path: string): number | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as { readonly type?: unknown; readonly pid?: unknown } | null;
    return value?.type === 'ready' && Number.isInteger(value.pid) ? Number(value.pid) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for what is not there, or cannot be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
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
