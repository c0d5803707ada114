import { chmodSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
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
    const secrets = this.#read<{ profiles?: Secrets }>('credentials')?.profiles ?? {};
    return Object.hasOwn(secrets, profile) ? secrets[profile] : undefined;
  }

  /** Adds or replaces a profile; `current` makes it the one in use. */
  async save(
    name: string,
    profile: Profile,
    secrets: ProfileSecrets,
    { current }: { current: boolean },
  ): Promise<void> {
    const settings = this.settings();
    await this.saveSecrets(name, secrets);
    await this.#write('config', {
      currentProfile: current ? name : settings.currentProfile,
      profiles: { ...settings.profiles, [name]: profile },
    });
  }

  async saveSecrets(name: string, secrets: ProfileSecrets): Promise<void> {
    const known = this.#read<{ profiles?: Secrets }>('credentials')?.profiles ?? {};
    await this.#write('credentials', { profiles: { ...known, [name]: secrets } });
  }

  /** Forgets a profile and its secrets; false when there was none. */
  async remove(name: string): Promise<boolean> {
    const { currentProfile, profiles } = this.settings();
    if (!Object.hasOwn(profiles, name)) return false;
    const secrets = this.#read<{ profiles?: Secrets }>('credentials')?.profiles ?? {};
    await this.#write('credentials', { profiles: without(secrets, name) });
    await this.#write('config', {
      currentProfile: currentProfile === name ? undefined : currentProfile,
      profiles: without(profiles, name),
    });
    return true;
  }

  #read<T>(name: string): T | undefined {
    const path = join(this.#folder, `${name}.json`);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(`${path} cannot be read`, error);
    }

    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
    } catch {
      // Told below, like every other content that is no settings.
    }

    renameSync(path, `${path}.bad`);
    throw new CalReplyError('SettingsUnreadable', `${path} was not valid JSON. It is kept as ${path}.bad.`, {
      hint: 'Log in again with: calreply login',
    });
  }

  async #write(name: string, content: object): Promise<void> {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      chmodSync(this.#folder, 0o700);
      const { default: Conf } = await import('conf');
      const file = new Conf<Record<string, unknown>>({
        cwd: this.#folder,
        configName: name,
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      });
      file.store = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
    } catch (error) {
      throw unreadable(`${join(this.#folder, `${name}.json`)} cannot be written`, error);
    }
  }
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
