import { onTestFinished } from 'vitest';
import pg from 'pg';
import { openPostgresStore, type OpenPostgresOptions } from '../../src/store/postgres/store.js';
import type { Store } from '../../src/store/store.js';
import { testDatabase, testKeys } from './postgres-database.js';
import { temporaryFolder } from './temporary-folder.js';

/** Several stores on one database, as so many processes have. */
export async function storesOnOne(count: number): Promise<{ readonly url: string; readonly stores: readonly Store[] }> {
  const url = await testDatabase();
  const stores = await Promise.all(Array.from({ length: count }, () => openOn(url)));
  return { url, stores };
}

export async function openOn(url: string, options: Partial<OpenPostgresOptions> = {}): Promise<Store> {
  const { store } = await openPostgresStore(url, { dataDir: temporaryFolder(), keys: await testKeys(), ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A connection of somebody else; closed after the test. */
export async function connectedTo(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}
