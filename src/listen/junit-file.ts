import { accessSync, constants, lstatSync } from 'node:fs';
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
 * Makes sure that there can be such a file, before there is anything to report.
 *
 * @throws {CalReplyError} WrongUse
 */
export function junitFile(path: string): JunitFile {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
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
