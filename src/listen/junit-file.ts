import { accessSync, constants, lstatSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CalReplyError } from '../errors.js';
import { replaceFile } from '../util/replace-file.js';
import { systemErrorText } from '../util/system-error-text.js';

/** A file that a report is to be written to, found fit for it. */
export interface JunitFile {
  /**
   * Writes it in one step, in place of what is there, for its owner only: answers of the app are in it.
   *
   * @throws {CalReplyError} FileNotWritten
   */
  write(text: string): void;
}

/**
 * Makes sure that there can be such a file, before there is anything to report, and takes away that of an earlier run: who
 * reads it would take it for that of a run that fails before it can report.
 *
 * @throws {CalReplyError} WrongUse
 */
export function junitFile(path: string): JunitFile {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    // Replaced by a file, a link would no longer lead where it did, and a device would be gone.
    if (stats?.isSymbolicLink()) throw new Error('it is a symbolic link; name the file it leads to');
    if (stats?.isDirectory()) throw new Error('it is a folder');
    if (stats && !stats.isFile()) throw new Error('it is not a file');
    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
    rmSync(path, { force: true });
  } catch (error) {
    throw new CalReplyError('WrongUse', `The report ${path} cannot be written: ${systemErrorText(error)}.`, {
      hint: 'Name a file in a folder that is there, such as: --junit junit.xml',
      cause: error,
    });
  }

  return {
    write(text) {
      try {
        replaceFile(path, text);
      } catch (error) {
        const reason = `The report ${path} could not be written: ${systemErrorText(error)}.`;
        throw new CalReplyError('FileNotWritten', reason, { cause: error });
      }
    },
  };
}
