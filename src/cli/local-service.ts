import { join } from 'node:path';
import type { DatabaseAddress, KeySource } from '../server/config.js';
import type { Service } from '../server/start.js';
import { CalReplyError } from '../errors.js';
import { sleep, systemClock } from '../util/clock.js';
import { isOpen } from '../util/port.js';
import { LOCAL_PORT, LOCAL_PROFILE, LOCAL_URL } from './context.js';
import { logBesideScreen } from './output/terminal.js';
import type { ProfileFiles } from './profile-files.js';

export interface LocalServiceOptions {
  readonly files: ProfileFiles;
  /** oclif's folder for data of this program. */
  readonly dataHome: string;
  readonly version: string;
  /** CALREPLY_ENCRYPTION_KEY, when it is set. */
  readonly encryptionKey?: string | undefined;
  /** CALREPLY_OPERATOR_KEY, when it is set. */
  readonly operatorKey?: string | undefined;
}

export interface RunServiceOptions extends LocalServiceOptions {
  readonly port?: number;
  readonly host?: string;
  readonly isPublic?: boolean;
  readonly allowNetworks?: readonly string[] | undefined;
  readonly dataDir?: string | undefined;
  readonly database?: DatabaseAddress | undefined;
  /** Goes before the variable. */
  readonly encryptionKeyFile?: string | undefined;
  readonly metrics?: 'local' | 'public';
  /** In milliseconds. */
  readonly readyLag?: number;
  /** In milliseconds; null for ever. */
  readonly keep?: number | null;
  readonly logLevel?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
  /** Told why the profile could not be written, for a service that is to run all the same. */
  readonly onUnsaved?: ((error: CalReplyError) => void) | undefined;
}

/** Where the embedded service keeps its data when nothing else is said. */
export function defaultDataDir(dataHome: string): string {
  return join(dataHome, 'service');
}

/**
 * Starts the service in this process, and writes the profile `local` with credentials that hold for it.
 *
 * @throws {CalReplyError} PortTaken, DataFolderInUse, DataFolderUnusable, DatabaseUnusable, EncryptionKeyUnusable,
 *   WrongUse, SettingsUnreadable
 */
export async function runService(options: RunServiceOptions): Promise<Service> {
  const { files, dataHome, version, port = LOCAL_PORT, host = '127.0.0.1', logLevel = 'warn' } = options;
  const [{ startService }, { logDestination }] = await Promise.all([
    import('../server/start.js'),
    import('../server/log-destination.js'),
  ]);
  const log = logDestination();
  const service = await startService({
    port,
    host,
    isPublic: options.isPublic,
    allowNetworks: options.allowNetworks,
    keep: options.keep,
    dataDir: options.dataDir ?? defaultDataDir(dataHome),
    database: options.database,
    encryptionKeys: keySource(options),
    operatorKey: options.operatorKey,
    metrics: options.metrics,
    readyLag: options.readyLag,
    logLevel,
    logDestination: { write: (line) => logBesideScreen(() => log.write(line)) },
    version,
  });
  try {
    await saveLocalProfile(files, service);
  } catch (error) {
    if (options.onUnsaved && error instanceof CalReplyError && error.code === 'SettingsUnreadable') {
      options.onUnsaved(error);
      return service;
    }

    await service.stop(0);
    throw error;
  }

  return service;
}

/** Where a service that is started gets its encryption keys from; undefined: from its data folder. */
export function keySource({
  encryptionKeyFile: file,
  encryptionKey: text,
}: Pick<RunServiceOptions, 'encryptionKeyFile' | 'encryptionKey'>): KeySource | undefined {
  if (file !== undefined) return { file };
  return text === undefined ? undefined : { text, variable: 'CALREPLY_ENCRYPTION_KEY' };
}

/**
 * How long to wait for services that other commands are starting or ending, one after another, and between two looks. In
 * milliseconds.
 */
const LONGEST_WAIT = 15_000;
const LOOK_EVERY = 100;
/** A service that was just started writes its credentials within this time of answering. In milliseconds. */
const WRITTEN_WITHIN = 2_000;

/**
 * The embedded service of this machine: undefined when one runs already at `apiUrl`, otherwise it is started in this
 * process, on its usual port. While another command is just starting or ending it, its data folder is taken and its port
 * closed: that passes, one way or the other.
 *
 * @throws {CalReplyError} PortTaken, DataFolderInUse, DataFolderUnusable
 */
export async function ensureLocalService(
  apiUrl: string,
  { onStarting, ...options }: LocalServiceOptions & { readonly onStarting: (url: string) => void },
): Promise<Service | undefined> {
  const deadline = Date.now() + LONGEST_WAIT;
  for (let hasTried = false; ; hasTried = true) {
    if ((await isOpen(new URL(apiUrl))) && (await isWritten(options.files, apiUrl))) return undefined;
    if (!hasTried) onStarting(LOCAL_URL);
    try {
      return await runService(options);
    } catch (error) {
      const isPassing = error instanceof CalReplyError && error.code === 'DataFolderInUse';
      if (!isPassing || Date.now() > deadline) throw error;
      await sleep(systemClock, LOOK_EVERY);
    }
  }
}

/** Waits for what another command is about to write; false when it has ended meanwhile. */
async function isWritten(files: ProfileFiles, apiUrl: string): Promise<boolean> {
  const deadline = Date.now() + WRITTEN_WITHIN;
  for (let hasWaited = false; ; hasWaited = true) {
    // What answers there may also be no service of ours, and never write anything.
    if (files.profile(LOCAL_PROFILE) !== undefined || Date.now() > deadline) {
      return !hasWaited || isOpen(new URL(apiUrl));
    }

    await sleep(systemClock, LOOK_EVERY);
  }
}

function localCredentials(files: ProfileFiles): Parameters<Service['accepts']>[0] | undefined {
  const clientId = files.profile(LOCAL_PROFILE)?.clientId;
  const clientSecret = files.secrets(LOCAL_PROFILE)?.clientSecret;
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}

/** Only now that the data folder is ours: whoever had it may just have written what this user has. */
async function saveLocalProfile(files: ProfileFiles, service: Service): Promise<void> {
  const { url, account } = service;
  const profile = files.profile(LOCAL_PROFILE);
  const known = localCredentials(files);
  const holds = known !== undefined && (await service.accepts(known));
  if (holds && profile?.apiUrl === url) return;
  // Credentials that could not be kept would only make the account's list longer.
  files.assertWritable();
  const { clientId, clientSecret } = holds ? known : await service.addCredentials();
  await files.save(
    LOCAL_PROFILE,
    { apiUrl: url, clientId, account: account.code },
    { clientSecret },
    { current: false },
  );
}
