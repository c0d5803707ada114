import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCredentials, type Credentials } from '../../src/api/credentials.js';
import { ApiClient } from '../../src/api/client.js';
import type { Account } from '../../src/model/account.js';
import { addCredentials, firstAccount } from '../../src/server/first-account.js';
import { startService, type Service, type StartOptions } from '../../src/server/start.js';
import { openSqliteStore } from '../../src/store/sqlite/store.js';
import { newGuid } from '../../src/util/ids.js';
import { exchange, type ExchangeAnswer, type ExchangeOptions } from './exchange.js';

/** An account with what logs in to it. */
export interface Merchant {
  readonly account: Account;
  readonly credentials: Credentials;
  readonly api: ApiClient;
}

/** A whole service in this process: HTTP, tunnel, engine and database, in a data folder of its own. */
export interface TestService extends Merchant {
  /** Stays the same over a restart. */
  readonly url: string;
  /** A second account of the same service, with a calendar. */
  readonly stranger: Merchant;
  /** A request by the first account, as it is; `Authorization` and JSON are added unless `headers` has them. */
  call(method: string, path: string, options?: CallOptions): Promise<ExchangeAnswer>;
  /** Its data folder. */
  readonly dataDir: string;
  stop(drainMs?: number): Promise<void>;
  /** Starts again on the same folder and port, as at first or in another way. */
  start(way?: TestServiceWay): Promise<void>;
  /** Stops it if it runs, and removes the folder. */
  end(): Promise<void>;
}

/** How a service is run; a developer's own on loopback when nothing is said. */
export type TestServiceWay = Partial<Omit<StartOptions, 'port' | 'dataDir'>>;

export type CallOptions = Omit<ExchangeOptions, 'method' | 'headers'> & {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a JSON body. */
  readonly json?: unknown;
};

export const CALENDAR = 'my-sports-calendar';
export const VERSION = '1.2.3';

export async function startTestService(atFirst: TestServiceWay = {}): Promise<TestService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'calreply-test-'));
  const [first, second] = await prepareAccounts(dataDir);
  let running: Service | undefined;
  const start = async (port: number, way: TestServiceWay) => {
    const options = { host: '127.0.0.1', dataDir, version: VERSION, logLevel: 'silent' } as const;
    running = await startService({ ...options, ...way, port });
    return running.url;
  };
  const url = await start(0, atFirst);
  const merchant = ({ account, credentials }: Omit<Merchant, 'api'>): Merchant => ({
    account,
    credentials,
    api: new ApiClient({ apiUrl: url, ...credentials, userAgent: 'test' }),
  });
  const own = merchant(first);

  const stop = async (drainMs?: number) => {
    const ending = running;
    running = undefined;
    await ending?.stop(drainMs);
  };
  return {
    ...own,
    url,
    dataDir,
    stranger: merchant(second),
    async call(method, path, { json, headers = {}, body }: CallOptions = {}) {
      const token = 'authorization' in headers ? '' : await own.api.accessToken();
      return exchange(url + path, {
        method,
        body: json === undefined ? body : JSON.stringify(json),
        headers: {
          ...(token !== '' && { authorization: `Bearer ${token}` }),
          ...((json !== undefined || body !== undefined) && { 'content-type': 'application/json' }),
          ...headers,
        },
      });
    },
    stop,
    async start(way = atFirst) {
      await start(Number(new URL(url).port), way);
    },
    async end() {
      await stop(0);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Prepared = Omit<Merchant, 'api'>;

/** Two accounts, made before the service starts, since the folder belongs to one owner at a time. */
async function prepareAccounts(dataDir: string): Promise<readonly [Prepared, Prepared]> {
  const store = await openSqliteStore(dataDir);
  try {
    const { account: first } = await firstAccount(store, Date.now());
    const account: Account = { id: newGuid(), name: 'Other Account', code: 'other-account' };
    const { credentials, client } = await newCredentials(account.id);
    await store.write(async (transaction) => {
      await transaction.addAccount({ ...account, createdAt: Date.now() });
      await transaction.addCalendar(account.id, { id: newGuid(), title: 'Other', code: 'other', tags: [] });
      await transaction.addClient({ ...client, createdAt: Date.now() });
    });
    return [
      { account: first, credentials: await addCredentials(store, first, Date.now()) },
      { account, credentials },
    ];
  } finally {
    await store.close();
  }
}
