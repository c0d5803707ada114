import { chmodSync, closeSync, fsyncSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasModes, isOpenToOthers, modeText } from './file-mode.js';
import { replaceFile } from './replace-file.js';

/* Files with a secret in them, which their owner alone may read. */

/**
 * The text of such a file; undefined when there is none. One that others can read is closed to them, and that is said.
 *
 * @param say is told what was put right: a sentence for people
 * @throws the system's error; an Error for a symbolic link, since whoever can make one would choose the secret
 */
export function readPrivateFile(path: string, say: (text: string) => void = () => undefined): string | undefined {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) return undefined;
  if (file.isSymbolicLink()) throw new Error('it is a symbolic link, and is not followed');
  if (!file.isFile()) throw new Error('it is not a file');
  if (isOpenToOthers(file)) {
    chmodSync(path, 0o600);
    say(`${path} could be read by others (mode ${modeText(file)}). It is yours alone now (mode 0600).`);
  }

  return readFileSync(path, 'utf8');
}

/**
 * Writes such a file, whole: a reader sees what was there before or all of the new text, also after a power cut.
 *
 * @throws the system's error
 */
export function writePrivateFile(path: string, text: string): void {
  replaceFile(path, text);
  bringToDisk(dirname(path));
}

/** A new name in a folder is on the disk when the folder is. Windows has no such thing. */
function bringToDisk(folder: string): void {
  if (!hasModes) return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
