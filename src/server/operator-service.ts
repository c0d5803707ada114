import { buildApp } from '../api/app.js';
import { oauth } from '../api/auth.js';
import { operatorAuth } from '../api/operator-auth.js';
import { CalReplyError } from '../errors.js';
import type { DatabaseAddress, ServiceConfig } from './config.js';
import { newLogger } from './logger.js';
import { openStore, type StoreConfig } from './open-store.js';
import { operatorKey } from './operator-key.js';

export type OperatorServiceOptions = StoreConfig &
  Pick<ServiceConfig, 'operatorKey'> & {
    readonly version: string;
  };

/** A service for one command of the operator. */
export interface OperatorService {
  readonly url: string;
  readonly key: string;
  stop(): Promise<void>;
}

/**
 * Starts a service on a database, or on a data folder that no other has, at a port that only this machine reaches, for one
 * command of the operator: it delivers nothing, so that nothing is sent from here under other rules than the operator's.
 *
 * @throws {CalReplyError} NotFound for a database that no service has used, DatabaseUnusable, DataFolderInUse,
 *   DataFolderUnusable, EncryptionKeyUnusable
 */
export async function startOperatorService(options: OperatorServiceOptions): Promise<OperatorService> {
  const { dataDir, version } = options;
  const logger = newLogger('warn');
  const say = (text: string) => logger.warn(text);
  if (options.database) await assertServed(options.database);
  const { store, clock } = await openStore(options, say);
  try {
    const key = operatorKey(dataDir, options.operatorKey, say);
    const nothing = () => undefined;
    const app = await buildApp({
      store,
      clock,
      auth: oauth({ store, clock, onLogin: nothing }),
      authorizeOperator: operatorAuth(key),
      guard: { checkUrl: refuse },
      probe: { send: refuse },
      wake: nothing,
      isConnected: () => false,
      isHeld: () => false,
      disconnect: nothing,
      reconnect: nothing,
      takeOver: nothing,
      readiness: () => Promise.resolve([]),
      metrics: undefined,
      isStopping: () => false,
      onAnswer: nothing,
      onFailure: (error) => logger.error({ err: error }, 'a request failed'),
      version,
      logger,
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return {
      url,
      key,
      async stop() {
        await app.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A mistyped name must not make tables in somebody else's database. */
async function assertServed({ url }: DatabaseAddress): Promise<void> {
  const { isServed, shownAddress } = await import('../store/postgres/index.js');
  if (await isServed(url)) return;
  throw new CalReplyError('NotFound', `No service has used the database ${shownAddress(url)}.`, {
    hint: 'Check the address; a service is started on it with: calreply serve --database …',
  });
}

function refuse(): never {
  throw new CalReplyError('ServiceUnavailable', 'This service runs for a command of its operator only.');
}
