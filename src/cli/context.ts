import { CalReplyError } from '../errors.js';
import type { ProxyVariable, ProxyVariables } from '../util/proxy.js';
import { configFolder, dataFolder } from './folders.js';
import {
  ownValue,
  PROFILE_NAME,
  type Profile,
  type ProfileFiles,
  type ProfileSecrets,
  type Settings,
} from './profile-files.js';

/** Where the embedded service listens when nothing else is said. */
export const LOCAL_PORT = 4280;
export const LOCAL_URL = `http://127.0.0.1:${LOCAL_PORT}`;
/** The profile of the embedded service, which writes it itself. */
export const LOCAL_PROFILE = 'local';

/** Everything the environment may say. This file alone reads it. */
export interface Environment {
  readonly apiUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly profile: string | undefined;
  /** For a service that is started: what its secrets are sealed with. */
  readonly encryptionKey: string | undefined;
  /** For a service that is started: the PostgreSQL that it keeps everything in, and where to hear of other processes. */
  readonly databaseUrl: string | undefined;
  readonly databaseListenUrl: string | undefined;
  /** What the calls for the operator of a service take. */
  readonly operatorKey: string | undefined;
  /** The folder for settings. */
  readonly configDir: string;
  /** The folder for data. */
  readonly dataDir: string;
  /** The shell that a person logs in to, such as `/bin/zsh`. */
  readonly shell: string | undefined;
  /** The proxies that are named, in the variables that every program heeds. */
  readonly proxies: ProxyVariables;
  /** NO_COLOR asks for plain text (https://no-color.org), and nothing asks for colours louder. */
  readonly noColor: boolean;
  /** What every service that runs builds says: nobody sits at the terminal, if there is one. */
  readonly isCi: boolean;
  /** What the terminal is, such as `xterm-256color`; `dumb` can only write on. */
  readonly terminal: string | undefined;
}

export function environment(env: NodeJS.ProcessEnv = process.env): Environment {
  // An empty variable is one that was not set.
  return {
    apiUrl: env.CALREPLY_API_URL || undefined,
    clientId: env.CALREPLY_CLIENT_ID || undefined,
    clientSecret: env.CALREPLY_CLIENT_SECRET || undefined,
    profile: env.CALREPLY_PROFILE || undefined,
    encryptionKey: env.CALREPLY_ENCRYPTION_KEY || undefined,
    databaseUrl: env.CALREPLY_DATABASE_URL || undefined,
    databaseListenUrl: env.CALREPLY_DATABASE_LISTEN_URL || undefined,
    operatorKey: env.CALREPLY_OPERATOR_KEY || undefined,
    configDir: env.CALREPLY_CONFIG_DIR || configFolder(env),
    dataDir: env.CALREPLY_DATA_DIR || dataFolder(env),
    shell: env.SHELL || undefined,
    noColor: Boolean(env.NO_COLOR) && env.FORCE_COLOR === undefined,
    isCi: Boolean(env.CI) && env.CI !== 'false',
    terminal: env.TERM || undefined,
    proxies: {
      http: proxyVariable(env, 'http_proxy', 'HTTP_PROXY'),
      https: proxyVariable(env, 'https_proxy', 'HTTPS_PROXY'),
      except: env.no_proxy ?? env.NO_PROXY,
    },
  };
}

/** The first that is set counts, also when it is empty: that turns the other one off. */
function proxyVariable(env: NodeJS.ProcessEnv, ...names: readonly string[]): ProxyVariable | undefined {
  const name = names.find((each) => env[each] !== undefined);
  const value = name === undefined ? undefined : env[name];
  return name === undefined || !value ? undefined : { name, value };
}

/** A variable of the environment that the user names, such as in a file; undefined when it is not set. */
export function environmentVariable(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/** The environment of a program that a command starts: its own, and some variables more. */
export function environmentWith(
  more: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return { ...env, ...more };
}

/** What a command was told by flags. */
export interface ContextFlags {
  readonly profile?: string | undefined;
  readonly 'api-url'?: string | undefined;
  readonly local?: boolean | undefined;
}

/** Which service, as whom. */
export interface Context {
  readonly apiUrl: string;
  /** The profile in use, or null. */
  readonly profile: string | null;
  /** The code of the account, as the profile has it. */
  readonly account: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly tokens: ProfileSecrets['tokens'];
  readonly credentialsFrom: 'environment' | 'profile';
  /** What said which service it is. */
  readonly serviceFrom: 'flag' | 'environment' | 'profile' | 'default';
  /** What said which profile it is; null when none is in use. */
  readonly profileFrom: 'flag' | 'environment' | 'current' | 'default' | null;
  /** The embedded service of this machine: it may be started when it does not run. */
  readonly isLocal: boolean;
  /** What the environment decided against a profile, to be said once; or null. */
  readonly notice: string | null;
}

/**
 * Flag before environment before profile before default, for each part. The default is the embedded service. The
 * credentials of a profile go to its own address only: those for another one come from the environment, or not at all.
 *
 * @throws {CalReplyError} WrongUse for a profile that does not exist and for half of the credentials, SettingsUnreadable
 */
export function resolveContext(flags: ContextFlags, env: Environment, files: ProfileFiles): Context {
  const settings = files.settings();
  const named = flags.local ? LOCAL_PROFILE : (flags.profile ?? env.profile ?? settings.currentProfile);
  const name = named ?? LOCAL_PROFILE;
  const known = ownValue(settings.profiles, name);
  if (!known && name !== LOCAL_PROFILE) throw unknownContext(name, profileSource(flags, env, settings), settings);

  // Asking for a profile or for --local means its address and credentials, not those that the environment happens to have.
  const asksForProfile = flags.local || flags.profile !== undefined;
  const urlFromEnvironment = asksForProfile || flags['api-url'] ? undefined : env.apiUrl;
  const asked = optionalUrl(flags['api-url'] ?? urlFromEnvironment);
  const isElsewhere = asked !== undefined && asked !== known?.apiUrl;
  const profile = isElsewhere ? undefined : known;
  const apiUrl = asked ?? addressOf(name, profile) ?? LOCAL_URL;
  const heedsEnvironment = isElsewhere || !asksForProfile;
  if (heedsEnvironment) refuseHalfOfCredentials(env);
  const takesEnvironment = heedsEnvironment && env.clientId !== undefined;
  const secrets = takesEnvironment || !profile ? undefined : files.secrets(name);
  const overridden = [
    isElsewhere && urlFromEnvironment && 'CALREPLY_API_URL',
    takesEnvironment && 'CALREPLY_CLIENT_ID',
  ].filter(Boolean);
  const usesProfile = profile !== undefined && !takesEnvironment;
  return {
    apiUrl,
    profile: usesProfile ? name : null,
    account: usesProfile ? profile.account : undefined,
    clientId: takesEnvironment ? env.clientId : profile?.clientId,
    clientSecret: takesEnvironment ? env.clientSecret : secrets?.clientSecret,
    tokens: secrets?.tokens,
    credentialsFrom: takesEnvironment ? 'environment' : 'profile',
    serviceFrom: flags['api-url'] ? 'flag' : urlFromEnvironment ? 'environment' : profile ? 'profile' : 'default',
    profileFrom: usesProfile ? profileSource(flags, env, settings) : null,
    isLocal: name === LOCAL_PROFILE && apiUrl === (profile?.apiUrl ?? LOCAL_URL) && !takesEnvironment,
    notice:
      (profile ?? named) !== undefined && overridden.length > 0
        ? `${overridden.join(' and ')} from the environment ${overridden.length === 1 ? 'goes' : 'go'} before profile ${name}.`
        : null,
  };
}

/**
 * The variables by which the environment goes before a current profile.
 *
 * @param current its name; undefined is the embedded service
 */
export function overridingVariables(env: Environment, current: string | undefined): readonly string[] {
  const { apiUrl, clientId, clientSecret, profile } = env;
  return [
    profile !== undefined && profile !== current && 'CALREPLY_PROFILE',
    apiUrl !== undefined && 'CALREPLY_API_URL',
    clientId !== undefined && clientSecret !== undefined && 'CALREPLY_CLIENT_ID',
  ].filter((name) => name !== false);
}

/** Whoever sets one of the two means to be that client: to be another one in silence would be worse than to fail. */
function refuseHalfOfCredentials({ clientId, clientSecret }: Environment): void {
  if ((clientId === undefined) === (clientSecret === undefined)) return;
  const [set, missing] =
    clientId === undefined
      ? ['CALREPLY_CLIENT_SECRET', 'CALREPLY_CLIENT_ID']
      : ['CALREPLY_CLIENT_ID', 'CALREPLY_CLIENT_SECRET'];
  throw new CalReplyError('WrongUse', `${set} is set, but ${missing} is missing or empty.`, {
    hint: `Set both, or unset ${set} to use a profile.`,
  });
}

function profileSource(flags: ContextFlags, env: Environment, { currentProfile }: Settings): Context['profileFrom'] {
  if (flags.local || flags.profile !== undefined) return 'flag';
  if (env.profile !== undefined) return 'environment';
  return currentProfile === undefined ? 'default' : 'current';
}

/** The files may have been changed by hand; the address of the embedded service is written by itself. */
function addressOf(name: string, profile: Profile | undefined): string | undefined {
  return profile === undefined || name === LOCAL_PROFILE ? profile?.apiUrl : checkedUrl(profile.apiUrl);
}

/**
 * A service URL is https, or on this machine: credentials go there.
 *
 * @throws {CalReplyError} InvalidUrl
 */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url?.username || url?.password) {
    throw new CalReplyError('InvalidUrl', `The address of a service has no name or password in it.`, {
      hint: `Give ${url.origin}, and the credentials by: calreply login`,
    });
  }

  if (isSafe && url.search === '' && url.hash === '') return url.href.replace(/[/?#]+$/, '');
  throw new CalReplyError('InvalidUrl', `“${text}” is not the address of a service.`, {
    hint: 'It looks like https://api.example.com, or http://127.0.0.1:4280 on this machine.',
  });
}

function optionalUrl(text: string | undefined): string | undefined {
  return text === undefined ? undefined : checkedUrl(text);
}

/** A profile that the command line, the environment or the settings name, and that is not there. */
function unknownContext(name: string, from: Context['profileFrom'], { profiles }: Settings): CalReplyError {
  switch (from) {
    case 'environment':
      return unknownProfile('WrongUse', name, profiles, ', which CALREPLY_PROFILE names');
    case 'current':
      return unknownProfile('WrongUse', name, profiles, ', though the settings say it is the current one');
    default:
      return unknownProfile('WrongUse', name, profiles);
  }
}

/**
 * With the names of those that there are. WrongUse for one that a command is to be run with, NotFound for one that a
 * command is about: a script that asks whether a webhook is there must not take a wrong profile for a no.
 *
 * @param where what named it, if that is not plain to see: a part of the sentence
 */
export function unknownProfile(
  code: 'WrongUse' | 'NotFound',
  name: string,
  profiles: Settings['profiles'],
  where = '',
): CalReplyError {
  const known = Object.keys(profiles)
    .filter((key) => PROFILE_NAME.test(key))
    .sort();
  return new CalReplyError(code, `There is no profile “${name}”${where}.`, {
    hint: known.length > 0 ? `There are: ${known.join(', ')}.` : 'Make one with: calreply login',
  });
}
