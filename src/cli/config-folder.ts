import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CalReplyError, systemErrorCode } from '../errors.js';
import { withFileLock } from '../util/file-lock.js';
import { hasModes, isOpenToOthers, modeText } from '../util/file-mode.js';
import { makeFolder } from '../util/make-folder.js';
import { unusable } from './unusable-settings.js';

/*
 * Two files in the config folder: `config.json`, which may be shown to anyone, and `credentials.json`, which only its
 * owner may read. They are read plainly, without a lock, since they are replaced whole. They are written by conf (atomic,
 * with the right mode), under a lock between processes; conf is loaded only then, since its validator alone takes as long
 * as the rest of a command.
 */

export type FileName = 'config' | 'credentials';

/** Replaces one of the files, whole. */
export type Write = (name: FileName, content: object) => void;

export interface ConfigFolderOptions {
  /** Is told what was put right, or should be: a sentence for people. */
  readonly say?: ((text: string) => void) | undefined;
  /** Everything stays as it is: a file that cannot be understood, and rights that are too wide. */
  readonly onlyReads?: boolean | undefined;
}

/** A folder for one user's settings and credentials, and the rules by which they are kept. */
export class ConfigFolder {
  readonly path: string;
  readonly #say: (text: string) => void;
  readonly #onlyReads: boolean;

  constructor(path: string, { say = () => undefined, onlyReads = false }: ConfigFolderOptions) {
    this.path = path;
    this.#say = say;
    this.#onlyReads = onlyReads;
  }

  /**
   * What is in a file; undefined when there is none. One that cannot be understood is set aside, and said.
   *
   * @throws {CalReplyError} SettingsUnreadable
   */
  read<T>(name: FileName, isUnderstood: (value: unknown) => value is T): T | undefined {
    const path = this.pathOf(name);
    let text: string;
    try {
      const file = lstatSync(path);
      this.#checkPlace(name, file);
      if (name === 'credentials') this.#tighten(path, file, 0o600, 'can be read');
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw unusable(`${path} cannot be read`, error);
    }

    const value = parsed(text);
    if (isUnderstood(value)) return value;
    if (this.#onlyReads) throw unusable(`${path} cannot be read`, new Error('it could not be understood'));
    const aside = setAside(path, text);
    // Somebody was faster, to set it aside or to replace it.
    if (aside === undefined) return this.read(name, isUnderstood);
    throw new CalReplyError('SettingsUnreadable', `${path} could not be understood. It is kept as ${aside}.`, {
      hint:
        name === 'config'
          ? 'Commands use the embedded service until you log in again with: calreply login'
          : 'Log in again with: calreply login',
    });
  }

  /**
   * Changes the files while no other process does. What the change builds on is read inside it.
   *
   * @throws {CalReplyError} SettingsUnreadable
   */
  async change(change: (write: Write) => void): Promise<void> {
    const { default: Conf } = await import('conf');
    const lockPath = join(this.path, LOCK);
    try {
      this.#prepare();
      await withFileLock(lockPath, (lock) =>
        change((name, content) => {
          lock.assertHeld();
          const file = new Conf<Record<string, unknown>>({
            cwd: this.path,
            configName: name,
            configFileMode: 0o600,
            accessPropertiesByDotNotation: false,
          });
          file.store = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
        }),
      );
    } catch (error) {
      throw error instanceof CalReplyError ? error : unusable(`${this.path} cannot be written`, error);
    }
  }

  /** @throws {CalReplyError} SettingsUnreadable for a folder that is there and may not be written to */
  assertWritable(): void {
    // The first of the folders that is there: those below it are made when something is written.
    for (let folder = this.path; ; folder = dirname(folder)) {
      try {
        return accessSync(folder, constants.W_OK);
      } catch (error) {
        const isLast = dirname(folder) === folder;
        if (isLast || systemErrorCode(error) !== 'ENOENT') throw unusable(`${this.path} cannot be written`, error);
      }
    }
  }

  pathOf(name: FileName): string {
    return join(this.path, `${name}.json`);
  }

  /** Whoever can make a link here would choose where the secrets are written, or whose are used. */
  #checkPlace(name: FileName, file: Stats): void {
    if (file.isSymbolicLink()) {
      throw new CalReplyError('SettingsUnreadable', `${this.pathOf(name)} is a symbolic link, and is not followed.`, {
        hint: 'Put the file itself there, or name the folder where it is in CALREPLY_CONFIG_DIR.',
      });
    }

    // A whole folder may be elsewhere, as those do who keep their settings in a repository; it must be their own.
    if (lstatSync(this.path).isSymbolicLink() && statSync(this.path).uid !== process.getuid?.()) {
      throw new CalReplyError('SettingsUnreadable', `${this.path} leads to a folder of another user.`, {
        hint: 'Name a folder of your own in CALREPLY_CONFIG_DIR.',
      });
    }
  }

  /** Makes the folder, or closes it to others. One that holds other things too is not ours to close. */
  #prepare(): void {
    makeFolder(this.path);
    const folder = statSync(this.path);
    const isOurs = this.#isOurs(folder);
    if (hasModes && (folder.mode & 0o022) !== 0 && !isOurs) {
      throw new CalReplyError(
        'SettingsUnreadable',
        `${this.path} is no place for credentials: others may write to it (mode ${modeText(folder)}).`,
        { hint: 'Name a folder of your own in CALREPLY_CONFIG_DIR.' },
      );
    }

    if (isOurs) this.#tighten(this.path, folder, 0o700, 'can be entered');
  }

  /** A folder such as /tmp, with the sticky bit, is everybody's, also when it is empty. */
  #isOurs({ mode }: Stats): boolean {
    return (mode & 0o1000) === 0 && readdirSync(this.path).every((name) => OUR_NAMES.test(name));
  }

  #tighten(path: string, file: Stats, wanted: number, can: string): void {
    if (this.#onlyReads || !isOpenToOthers(file)) return;
    const was = `${path} ${can} by others (mode ${modeText(file)})`;
    try {
      chmodSync(path, wanted);
      this.#say(`${was}. It is yours alone now (mode ${modeText({ mode: wanted })}).`);
    } catch (error) {
      this.#say(`${was}, and that cannot be changed: ${systemErrorCode(error) ?? String(error)}.`);
    }
  }
}

const LOCK = 'profiles.lock';
/** Our files, what was set aside, the lock, and what conf writes before it replaces a file. */
const OUR_NAMES = /^((config|credentials)\.json|profiles\.lock\.)/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Moves a file to a name beside it that is free, for nobody's eyes but the owner's.
 *
 * @returns the name; undefined when the file is gone, or is not any more what was read
 */
function setAside(path: string, text: string): string | undefined {
  let aside = `${path}.bad`;
  for (let number = 2; existsSync(aside); number += 1) aside = `${path}.bad-${number}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw unusable(`${path} could not be understood, and cannot be moved away`, error);
  }

  if (readFileSync(aside, 'utf8') !== text) {
    if (!existsSync(path)) renameSync(aside, path);
    return undefined;
  }

  if (hasModes) chmodSync(aside, 0o600);
  return aside;
}
