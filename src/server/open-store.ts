import { CalReplyError } from '../errors.js';
import { prepareFolder, unusableFolder } from '../store/data-folder.js';
import type { Store } from '../store/store.js';
import { systemClock, type Clock } from '../util/clock.js';
import type { ServiceConfig } from './config.js';
import { encryptionKeys } from './encryption-keys.js';

/** What a service keeps everything in. */
export interface OpenedStore {
  readonly store: Store;
  /** What all who share it go by. */
  readonly clock: Clock;
  /** As it is shown: an address without a password, or the path of a folder. */
  readonly keptIn: string;
  /** The error for a start that fails because nothing can be kept. */
  readonly unusable: (cause: unknown) => CalReplyError;
}

export type StoreConfig = Pick<ServiceConfig, 'dataDir' | 'database' | 'encryptionKeys'>;

/**
 * Opens the PostgreSQL that was named, or else the SQLite of the data folder. A service loads the one that it uses.
 *
 * @param say is told what was put right, and what goes wrong
 * @throws {CalReplyError} DataFolderInUse, DataFolderUnusable, DatabaseUnusable, EncryptionKeyUnusable
 */
export async function openStore(
  { dataDir, database, encryptionKeys: source }: StoreConfig,
  say: (text: string) => void,
): Promise<OpenedStore> {
  const keys = encryptionKeys(source, say);
  if (database) {
    const { openPostgresStore, shownAddress, unusableDatabase } = await import('../store/postgres/index.js');
    const { url, listenUrl } = database;
    prepareKeysFolder(dataDir);
    const opened = await openPostgresStore(url, { keys, say, dataDir, listenUrl });
    return { ...opened, keptIn: shownAddress(url), unusable: (cause) => unusableDatabase(url, cause) };
  }

  const { openSqliteStore } = await import('../store/sqlite/store.js');
  const store = await openSqliteStore(dataDir, { keys, say });
  return { store, clock: systemClock, keptIn: dataDir, unusable: (cause) => unusableFolder(dataDir, cause) };
}

/** For the keys that are not given, and where commands of this machine look for the service. */
function prepareKeysFolder(dataDir: string): void {
  try {
    prepareFolder(dataDir);
  } catch (error) {
    throw error instanceof CalReplyError ? error : unusableFolder(dataDir, error);
  }
}
