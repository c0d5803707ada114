import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Webhook } from '../../src/model/webhook.js';
import { openPostgresStore } from '../../src/store/postgres/store.js';
import { openSqliteStore } from '../../src/store/sqlite/store.js';
import type { NewEvent, Store } from '../../src/store/store.js';
import { newGuid, newId, newWebhookSecret } from '../../src/util/ids.js';
import { testDatabase, testKeys } from './postgres-database.js';
import { account, calendar } from './sample-account.js';
import { temporaryFolder } from './temporary-folder.js';

export { account, calendar } from './sample-account.js';

/** A store with one account and its calendar, in a folder of its own; closed after the test. */
export async function openStore(folder = temporaryFolder()): Promise<Store> {
  if (inject('database') === 'postgres') return openOnPostgres(folder);
  const file = join(folder, DATABASE);
  if (!existsSync(file)) writeFileSync(file, await (prepared ??= prepareDatabase()));
  const store = await openSqliteStore(folder);
  onTestFinished(() => store.close());
  return store;
}

/** The same folder stands for the same database. */
const databases = new Map<string, string>();

async function openOnPostgres(folder: string): Promise<Store> {
  const url = databases.get(folder) ?? (await testDatabase());
  databases.set(folder, url);
  const { store } = await openPostgresStore(url, { dataDir: folder, keys: await testKeys() });
  onTestFinished(() => store.close());
  return store;
}

const DATABASE = 'calreply.db';

/** Making the tables takes five times as long as opening them, so it is done once. */
let prepared: Promise<Buffer> | undefined;

async function prepareDatabase(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'calreply-test-'));
  const store = await openSqliteStore(folder);
  await store.write(async (transaction) => {
    await transaction.addAccount({ ...account, createdAt: 0 });
    await transaction.addCalendar(account.id, calendar);
  });
  await store.close();
  const database = readFileSync(join(folder, DATABASE));
  rmSync(folder, { recursive: true });
  return database;
}

/** Adds a webhook of the account and returns it with its secret. */
export async function addWebhook(
  store: Store,
  changes: Partial<Webhook> = {},
): Promise<Webhook & { readonly secret: string }> {
  const id = newId('whk');
  const webhook = {
    id,
    url: `https://receiver.example.com/${id}`,
    eventTypes: [],
    headers: {},
    enabled: true,
    disabledReason: null,
    listenerId: null,
    signAs: null,
    createdAt: 0,
    oldSecretUntil: null,
    secret: newWebhookSecret(),
    ...changes,
  };
  await store.write((transaction) => transaction.addWebhook(account.id, webhook));
  return webhook;
}

/** An event of the account, as the service would keep it. */
export function newEvent(changes: Partial<NewEvent> = {}): NewEvent {
  const id = newGuid();
  return {
    id,
    accountId: account.id,
    type: 'Subscribe',
    source: 'service',
    isTest: false,
    subscriptionId: null,
    calendarCode: null,
    createdAt: 0,
    body: Buffer.from(JSON.stringify({ eventId: id, eventType: 'Subscribe', eventDetails: {} })),
    request: null,
    ...changes,
  };
}

/** Accepts an event for some webhooks; the answer is the id of its first notification, or an empty text. */
export async function accept(
  store: Store,
  changes: Partial<NewEvent>,
  ...webhooks: readonly Pick<Webhook, 'id'>[]
): Promise<string> {
  const webhookIds = webhooks.map(({ id }) => id);
  const ids = await store.write((transaction) => transaction.acceptEvent(newEvent(changes), webhookIds));
  return ids[0] ?? '';
}
