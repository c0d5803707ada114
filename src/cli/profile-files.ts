import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokens } from '../api/client.js';
import { CalReplyError } from '../errors.js';

/*
 * Two files in the config folder: `config.json`, which may be shown to anyone, and `credentials.json`, which only its
 * owner may read. They are read plainly and written by conf (atomic, with the right mode), which is loaded only then:
 * its validator alone takes as long as the rest of a command.
 */

/** One service and account that the command line knows. */
export interface Profile {
  readonly apiUrl: string;
  readonly clientId: string;
}

export interface Settings {
  /** The profile that is used when nothing else is said. */
  readonly currentProfile?: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The secret part of a profile. */
export interface ProfileSecrets {
  readonly clientSecret: string;
  readonly tokens?: Tokens | undefined;
}

type Secrets = Readonly<Record<string, ProfileSecrets>>;

/** A name becomes a key of the files and is typed in a shell. */
export const PROFILE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Reads and writes the profiles of one config folder. */
export class ProfileFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {CalReplyError} SettingsUnreadable */
  settings(): Settings {
    const { currentProfile, profiles = {} } = this.#read<Partial<Settings>>('config') ?? {};
    return { currentProfile, profiles };
  }

  /** @throws {CalReplyError} SettingsUnreadable */
  secrets(profile: string): ProfileSecrets | undefined {
    const secrets = this.#allSecrets();
    return Object.hasOwn(secrets, profile) ? secrets[profile] : undefined;
  }

  /** Adds or replaces a profile; `current` makes it the one in use. */
  async save(
    name: string,
    profile: Profile,
    secrets: ProfileSecrets,
    { current }: { current: boolean },
  ): Promise<void> {
    await this.saveSecrets(name, secrets);
    await this.#change('config', () => {
      const settings = this.settings();
      return {
        currentProfile: current ? name : settings.currentProfile,
        profiles: { ...settings.profiles, [name]: profile },
      };
    });
  }

  async saveSecrets(name: string, secrets: ProfileSecrets): Promise<void> {
    await this.#change('credentials', () => ({ profiles: { ...this.#allSecrets(), [name]: secrets } }));
  }

  /**
   * Keeps renewed tokens with the secret they were got by. A profile that was logged out of in the meantime, or logged in
   * anew by another secret, stays as it is. They only spare the next command a login, so failing to keep them is no
   * failure.
   */
  async keepTokens(name: string, { clientSecret, tokens }: ProfileSecrets): Promise<void> {
    const kept = this.#change('credentials', () => {
      const secrets = this.secrets(name);
      if (secrets?.clientSecret !== clientSecret) return undefined;
      return { profiles: { ...this.#allSecrets(), [name]: { ...secrets, tokens } } };
    });
    await kept.catch(() => undefined);
  }

  /** Forgets a profile and its secrets; false when there was none. */
  async remove(name: string): Promise<boolean> {
    if (!Object.hasOwn(this.settings().profiles, name)) return false;
    await this.#change('credentials', () => ({ profiles: without(this.#allSecrets(), name) }));
    await this.#change('config', () => {
      const { currentProfile, profiles } = this.settings();
      return {
        currentProfile: currentProfile === name ? undefined : currentProfile,
        profiles: without(profiles, name),
      };
    });
    return true;
  }

  #allSecrets(): Secrets {
    return this.#read<{ profiles?: Secrets }>('credentials')?.profiles ?? {};
  }

  #read<T>(name: FileName): T | undefined {
    const path = this.#path(name);
    let text: string;
    try {
      // Whoever can make a link here would choose where the secrets are written.
      if (name === 'credentials' && lstatSync(path).isSymbolicLink()) throw new Error('it is a symbolic link');
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(`${path} cannot be read`, error);
    }

    try {
      const value: unknown = JSON.parse(text);
      if (holdsProfiles(value)) return value as T;
    } catch {
      // Told below, like every other content that is no settings.
    }

    renameSync(path, `${path}.bad`);
    throw new CalReplyError('SettingsUnreadable', `${path} could not be understood. It is kept as ${path}.bad.`, {
      hint: 'Log in again with: calreply login',
    });
  }

  /**
   * Reads and writes in one go, so that two changes of this process at the same moment are both kept. Of two processes
   * that write at the very same moment, the later one wins. A change to undefined writes nothing.
   */
  async #change(name: FileName, change: () => object | undefined): Promise<void> {
    const { default: Conf } = await import('conf');
    const content = change();
    if (content === undefined) return;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      chmodSync(this.#folder, 0o700);
      const file = new Conf<Record<string, unknown>>({
        cwd: this.#folder,
        configName: name,
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      });
      file.store = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
    } catch (error) {
      throw unreadable(`${this.#path(name)} cannot be written`, error);
    }
  }

  #path(name: FileName): string {
    return join(this.#folder, `${name}.json`);
  }
}

type FileName = 'config' | 'credentials';

/** What both files look like. */
function holdsProfiles(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return value.profiles === undefined || (isRecord(value.profiles) && Object.values(value.profiles).every(isRecord));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function unreadable(what: string, cause: unknown): CalReplyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CalReplyError('SettingsUnreadable', `${what}: ${why}.`, {
    cause,
    hint: 'Check the rights on the folder, or name another one in CALREPLY_CONFIG_DIR.',
  });
}
