import { chmodSync, closeSync, fstatSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CalReplyError } from '../errors.js';
import { hasModes, modeText } from '../util/file-mode.js';
import { makeFolder } from '../util/make-folder.js';
import { shellWord } from '../util/shell-word.js';
import { systemErrorText } from '../util/system-error-text.js';

/* The folder that a service keeps everything in: its rights, and who has it. */

/** Everybody may write, and each remove only what is theirs, such as in /tmp: no place for what is to last. */
const SHARED = 0o1002;
const EVERYBODY = 0o007;

/**
 * Makes the folder where it is missing.
 *
 * @throws {CalReplyError} DataFolderUnusable for one that all users of the machine share
 * @throws the system's error
 */
export function prepareFolder(dataDir: string): void {
  makeFolder(dataDir);
  if (!hasModes || (statSync(dataDir).mode & SHARED) !== SHARED) return;
  throw new CalReplyError(
    'DataFolderUnusable',
    `The data folder ${dataDir} cannot be used: all users of this machine write to it.`,
    { hint: `Name a folder inside it: --data-dir ${shellWord(join(dataDir, 'calreply'))}` },
  );
}

/**
 * Makes a file where it is missing, for its owner alone. From one that is there, what everybody may do with it is taken
 * away; a group keeps what it may, such as making backups.
 *
 * @throws the system's error when it cannot be made
 */
export function makePrivate(path: string, say: (text: string) => void): void {
  const file = openSync(path, 'a', 0o600);
  const known = fstatSync(file);
  closeSync(file);
  if (!hasModes || (known.mode & EVERYBODY) === 0) return;
  try {
    chmodSync(path, known.mode & ~EVERYBODY & 0o777);
    say(`${path} was open to every user of this machine (mode ${modeText(known)}). It is no more.`);
  } catch {
    say(`${path} is open to every user of this machine (mode ${modeText(known)}), and belongs to somebody else.`);
  }
}

/** Names this process as the one that has the folder. */
export function writeOwner(dataDir: string): void {
  writeFileSync(ownerFile(dataDir), `${process.pid}\n`);
}

/** The error for a folder that another process has. */
export function folderInUse(dataDir: string, cause: unknown): CalReplyError {
  const owner = readOwner(ownerFile(dataDir));
  return new CalReplyError('DataFolderInUse', `The data folder ${dataDir} is in use by another service${owner}.`, {
    cause,
    hint: 'Use the one that runs, stop it, or choose another folder with --data-dir.',
  });
}

/** The error for a folder in which no database can be kept. */
export function unusableFolder(dataDir: string, cause: unknown): CalReplyError {
  return new CalReplyError(
    'DataFolderUnusable',
    `The data folder ${dataDir} cannot be used: ${systemErrorText(cause)}.`,
    {
      cause,
      hint: 'Check that the folder exists, is yours and has space left, or choose another with --data-dir.',
    },
  );
}

/** The error for a folder that a newer program wrote. */
export function newerFolder(dataDir: string): CalReplyError {
  return new CalReplyError('DataFolderUnusable', `The data folder ${dataDir} was written by a newer calreply.`, {
    hint: 'Install the newest calreply, or choose another folder with --data-dir.',
  });
}

function ownerFile(dataDir: string): string {
  return join(dataDir, 'service.pid');
}

function readOwner(path: string): string {
  try {
    return ` (process ${readFileSync(path, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
