import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../util/make-folder.js';

/** A listener that was opened from this machine. */
interface Remembered {
  readonly apiUrl: string;
  readonly name: string;
}

/**
 * The names of the listeners that `calreply listen` opened from this machine, by service, for `--to mine`. Nothing in it
 * is secret.
 *
 * A line is added for each new one and none is ever changed, so that several that start at the same moment are all kept.
 */
export class RememberedListeners {
  readonly #folder: string;
  readonly #path: string;

  /** @param folder the config folder */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'listeners.ndjson');
  }

  /** The names at one service. */
  names(apiUrl: string): readonly string[] {
    const own = this.#all().filter((known) => known.apiUrl === apiUrl);
    return [...new Set(own.map(({ name }) => name))];
  }

  /** Fails as the file system does. */
  remember(apiUrl: string, name: string): void {
    if (this.names(apiUrl).includes(name)) return;
    makeFolder(this.#folder);
    // One write of so few bytes at the end of a file is never mixed with another. It begins a line of its own, also
    // after one that a full disk cut short.
    appendFileSync(this.#path, `\n${JSON.stringify({ apiUrl, name })}\n`, { mode: 0o600 });
  }

  #all(): readonly Remembered[] {
    return linesOf(this.#path).flatMap((line) => {
      const value = parsed(line);
      return isRemembered(value) ? [value] : [];
    });
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A line that was cut short by a full disk is as good as none. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRemembered(value: unknown): value is Remembered {
  const { apiUrl, name } = (value ?? {}) as Partial<Remembered>;
  return typeof apiUrl === 'string' && typeof name === 'string';
}
