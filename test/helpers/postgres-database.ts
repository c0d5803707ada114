import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/store.js';
import { randomText } from '../../src/util/ids.js';
import { account, calendar } from './sample-account.js';

const TEMPLATE = 'calreply_test_template';
/** The key of every test database: a folder of its own for each would have another. */
export const KEYS_TEXT = Buffer.alloc(32, 7).toString('base64');

/** Makes the tables once, with one account and its calendar: a copy of that takes a tenth of the time. */
export async function prepareTemplate(url: string): Promise<void> {
  await onServer(url, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`, `CREATE DATABASE ${TEMPLATE}`);
  const folder = mkdtempSync(join(tmpdir(), 'calreply-test-'));
  const { store } = await openPostgresStore(onDatabase(url, TEMPLATE), { dataDir: folder, keys: await testKeys() });
  await store.write(async (transaction) => {
    await transaction.addAccount({ ...account, createdAt: 0 });
    await transaction.addCalendar(account.id, calendar);
  });
  await store.close();
  rmSync(folder, { recursive: true });
}

/** A database of its own, with one account and its calendar or empty; removed after the test. */
export async function testDatabase({ isEmpty = false } = {}): Promise<string> {
  const url = inject('postgres');
  const name = `calreply_test_${randomText(12)}`;
  await onServer(url, `CREATE DATABASE ${name}${isEmpty ? '' : ` TEMPLATE ${TEMPLATE} STRATEGY file_copy`}`);
  onTestFinished(() => onServer(url, `DROP DATABASE ${name} WITH (FORCE)`));
  return onDatabase(url, name);
}

export async function testKeys() {
  const { parseEncryptionKeys } = await import('../../src/store/encryption-keys.js');
  return parseEncryptionKeys(KEYS_TEXT, 'the tests');
}

async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function onDatabase(url: string, name: string): string {
  const database = new URL(url);
  database.pathname = `/${name}`;
  return database.href;
}
