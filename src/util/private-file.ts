import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
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
 * Makes such a file where there is none, whole: a reader sees all of the text or no file, also after a power cut.
 *
 * @returns what is in it: the text of another process that made it in the same moment, if one did
 * @throws the system's error
 */
export function makePrivateFile(path: string, text: string): string {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    replaceFile(draft, text);
    takeName(draft, path);
    bringToDisk(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }

  return readPrivateFile(path) ?? text;
}

/** Unlike a file that is renamed, a link takes no other's place. Where there are none, one that is there stays as well as can be. */
function takeName(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    if (!existsSync(path)) renameSync(draft, path);
  }
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
