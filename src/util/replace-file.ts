import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface ReplaceOptions {
  readonly encoding?: 'utf8' | 'latin1';
  /** The rights of the file; only its owner may read and write it when absent. */
  readonly mode?: number | undefined;
}

/**
 * Writes a file, whole: a reader sees what was there before or all of the new text, also after a power cut. Which of them
 * that is after one, the folder knows once it is on the disk itself.
 *
 * @throws the system's error
 */
export function replaceFile(path: string, text: string, { encoding = 'utf8', mode }: ReplaceOptions = {}): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, text, null, encoding);
      if (mode !== undefined) fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }

    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
