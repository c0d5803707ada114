import type { Tokens } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import { ConfigFolder, type ConfigFolderOptions } from './config-folder.js';
import { isRecord } from '../util/is-record.js';

/** One service and account that the command line knows. */
export interface Profile {
  readonly apiUrl: string;
  readonly clientId: string;
  /** The code of the account, as it was at login. */
  readonly account?: string | undefined;
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
  readonly #folder: ConfigFolder;

  constructor(folder: string, options: ConfigFolderOptions = {}) {
    this.#folder = new ConfigFolder(folder, options);
  }

  get folder(): string {
    return this.#folder.path;
  }

  /**
   * Looks whether profiles can be read and kept here, as far as that can be told without writing.
   *
   * @throws {CalReplyError} SettingsUnreadable
   */
  assertWritable(): void {
    this.settings();
    this.#allSecrets();
    this.#folder.assertWritable();
  }

  /** @throws {CalReplyError} SettingsUnreadable */
  settings(): Settings {
    const { currentProfile, profiles = {} } = this.#folder.read('config', isSettings) ?? {};
    return { currentProfile, profiles };
  }

  /**
   * The profile of this name; undefined when there is none.
   *
   * @throws {CalReplyError} SettingsUnreadable
   */
  profile(name: string): Profile | undefined {
    return ownValue(this.settings().profiles, name);
  }

  /** @throws {CalReplyError} SettingsUnreadable */
  secrets(name: string): ProfileSecrets | undefined {
    return ownValue(this.#allSecrets(), name);
  }

  /**
   * Adds or replaces a profile; `current` makes it the one in use. When that fails, everything is as it was.
   *
   * @throws {CalReplyError} SettingsUnreadable
   */
  async save(
    name: string,
    profile: Profile,
    secrets: ProfileSecrets,
    { current }: { current: boolean },
  ): Promise<void> {
    checkName(name);
    await this.#folder.change((write) => {
      const settings = this.settings();
      const allSecrets = this.#allSecrets();
      // The secret of one account must never stand under the address of another, also when this process is killed
      // between two of these: then the profile has none.
      const others = without(allSecrets, name);
      let isConfigured = false;
      try {
        if (!isSameClient(ownValue(settings.profiles, name), profile)) write('credentials', { profiles: others });
        write('config', {
          currentProfile: current ? name : settings.currentProfile,
          profiles: { ...settings.profiles, [name]: profile },
        });
        isConfigured = true;
        write('credentials', { profiles: { ...others, [name]: secrets } });
      } catch (error) {
        if (isConfigured) write('config', settings);
        write('credentials', { profiles: allSecrets });
        throw error;
      }
    });
  }

  async saveSecrets(name: string, secrets: ProfileSecrets): Promise<void> {
    checkName(name);
    await this.#folder.change((write) => {
      write('credentials', { profiles: { ...this.#allSecrets(), [name]: secrets } });
    });
  }

  /**
   * Keeps renewed tokens with the secret they were got by. A profile that was logged out of in the meantime, or logged in
   * anew by another secret, stays as it is. They only spare the next command a login, so failing to keep them is no
   * failure.
   */
  async keepTokens(name: string, { clientSecret, tokens }: ProfileSecrets): Promise<void> {
    const kept = this.#folder.change((write) => {
      const secrets = this.secrets(name);
      if (secrets?.clientSecret !== clientSecret) return;
      write('credentials', { profiles: { ...this.#allSecrets(), [name]: { ...secrets, tokens } } });
    });
    await kept.catch(() => undefined);
  }

  /**
   * Makes a profile the one in use.
   *
   * @throws {CalReplyError} SettingsUnreadable
   */
  async use(name: string): Promise<void> {
    checkName(name);
    await this.#folder.change((write) => write('config', { ...this.settings(), currentProfile: name }));
  }

  /** Forgets a profile and its secrets; false when there was none. */
  async remove(name: string): Promise<boolean> {
    if (this.profile(name) === undefined) return false;
    let wasThere = false;
    await this.#folder.change((write) => {
      const { currentProfile, profiles } = this.settings();
      wasThere = ownValue(profiles, name) !== undefined;
      if (!wasThere) return;
      write('credentials', { profiles: without(this.#allSecrets(), name) });
      write('config', {
        currentProfile: currentProfile === name ? undefined : currentProfile,
        profiles: without(profiles, name),
      });
    });
    return wasThere;
  }

  #allSecrets(): Secrets {
    return this.#folder.read('credentials', isSecrets)?.profiles ?? {};
  }
}

/** @throws {CalReplyError} WrongUse for what cannot be the name of a profile */
function checkName(name: string): void {
  if (PROFILE_NAME.test(name)) return;
  throw new CalReplyError('WrongUse', `“${name}” cannot be the name of a profile.`, {
    hint: 'Use up to 64 small letters, digits, - and _.',
  });
}

/** Whether a secret of `one` may be sent to where `other` is. */
function isSameClient(one: Profile | undefined, other: Profile): boolean {
  return one?.apiUrl === other.apiUrl && one.clientId === other.clientId;
}

/** What a record of profiles has under a name, and never what every object has. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return PROFILE_NAME.test(name) && Object.hasOwn(record, name) ? record[name] : undefined;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

const isSettings = (value: unknown): value is Partial<Settings> =>
  holdsProfiles(value, ({ apiUrl, clientId }) => typeof apiUrl === 'string' && typeof clientId === 'string') &&
  ['string', 'undefined'].includes(typeof value.currentProfile);

const isSecrets = (value: unknown): value is { readonly profiles?: Secrets } =>
  holdsProfiles(value, ({ clientSecret }) => typeof clientSecret === 'string');

/** What both files look like. */
function holdsProfiles(
  value: unknown,
  isProfile: (profile: Record<string, unknown>) => boolean,
): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const { profiles = {} } = value;
  return isRecord(profiles) && Object.values(profiles).every((profile) => isRecord(profile) && isProfile(profile));
}
