import { join } from 'node:path';
import type { Service } from '../server/start.js';
import { isOpen } from '../util/port.js';
import { LOCAL_PORT, LOCAL_PROFILE, LOCAL_URL } from './context.js';
import type { ProfileFiles } from './profile-files.js';

export interface LocalServiceOptions {
  readonly files: ProfileFiles;
  /** oclif's folder for data of this program. */
  readonly dataHome: string;
  readonly version: string;
}

export interface RunServiceOptions extends LocalServiceOptions {
  readonly port?: number;
  readonly host?: string;
  readonly isPublic?: boolean;
  readonly dataDir?: string | undefined;
  readonly logLevel?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
}

/** Where the embedded service keeps its data when nothing else is said. */
export function defaultDataDir(dataHome: string): string {
  return join(dataHome, 'service');
}

/**
 * Starts the service in this process, and writes the profile `local` with credentials that hold for it.
 *
 * @throws {CalReplyError} PortTaken, DataFolderInUse, DataFolderUnusable
 */
export async function runService(options: RunServiceOptions): Promise<Service> {
  const { files, dataHome, version, port = LOCAL_PORT, host = '127.0.0.1', logLevel = 'warn' } = options;
  const { startService } = await import('../server/start.js');
  const clientId = files.settings().profiles[LOCAL_PROFILE]?.clientId;
  const clientSecret = files.secrets(LOCAL_PROFILE)?.clientSecret;
  const service = await startService({
    port,
    host,
    isPublic: options.isPublic,
    dataDir: options.dataDir ?? defaultDataDir(dataHome),
    logLevel,
    version,
    credentials: clientId && clientSecret ? { clientId, clientSecret } : undefined,
  });
  try {
    await saveLocalProfile(files, service);
  } catch (error) {
    await service.stop(0);
    throw error;
  }

  return service;
}

/**
 * The embedded service of this machine: undefined when one runs already at `apiUrl`, otherwise it is started in this
 * process, on its usual port.
 *
 * @throws {CalReplyError} PortTaken, DataFolderInUse, DataFolderUnusable
 */
export async function ensureLocalService(
  apiUrl: string,
  { onStarting, ...options }: LocalServiceOptions & { readonly onStarting: (url: string) => void },
): Promise<Service | undefined> {
  if (await isOpen(new URL(apiUrl))) return undefined;
  onStarting(LOCAL_URL);
  return runService(options);
}

async function saveLocalProfile(files: ProfileFiles, { url, credentials }: Service): Promise<void> {
  const known = files.settings().profiles[LOCAL_PROFILE];
  const { clientId, clientSecret } = credentials;
  if (known?.apiUrl === url && known.clientId === clientId) return;
  await files.save(LOCAL_PROFILE, { apiUrl: url, clientId }, { clientSecret }, { current: false });
}
