import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEncryptionKeys } from '../../../../src/store/encryption-keys.js';
import { openPostgresStore } from '../../../../src/store/postgres/store.js';
import { listenLocally } from '../../../helpers/listen-locally.js';
import { account, addWebhook } from '../../../helpers/open-store.js';
import { testDatabase } from '../../../helpers/postgres-database.js';
import { connectedTo, openOn } from '../../../helpers/postgres-stores.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const keys = (...bytes: readonly number[]) =>
  parseEncryptionKeys(bytes.map((byte) => Buffer.alloc(32, byte).toString('base64')).join('\n'), 'the keys');

test('processes that start at once on an empty database make its tables once', async () => {
  const url = await testDatabase({ isEmpty: true });
  const stores = await Promise.all(Array.from({ length: 4 }, () => openOn(url)));
  await stores[0]?.write((transaction) => transaction.addAccount({ ...account, createdAt: 1 }));
  for (const store of stores) expect(await store.accounts()).toEqual([{ ...account, createdAt: 1 }]);
});

test('a database that a newer program brought up to date is refused, and nothing is changed', async () => {
  const url = await testDatabase();
  const client = await connectedTo(url);
  await client.query("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', '')");
  await expect(openOn(url)).rejects.toMatchObject({
    code: 'DatabaseUnusable',
    message: expect.stringMatching(/^The database postgres:\S+ is that of a newer calreply\.$/) as string,
    hint: 'Install the newest calreply, or name another database.',
  });
});

test('a database with tables of something else is refused, and left as it was', async () => {
  const url = await testDatabase({ isEmpty: true });
  const client = await connectedTo(url);
  await client.query('CREATE TABLE events (what text)');
  await expect(openOn(url)).rejects.toMatchObject({
    code: 'DatabaseUnusable',
    hint: expect.stringContaining('a database of its own') as string,
  });
  const { rows } = await client.query("SELECT 1 FROM pg_tables WHERE tablename = 'accounts'");
  expect(rows).toEqual([]);
});

test.each([
  ['that is not there', (url: URL) => (url.pathname = '/nowhere'), /"nowhere" does not exist/, /createdb/],
  ['whose server does not run', (url: URL) => (url.port = '1'), /ECONNREFUSED/, /PostgreSQL runs there/],
])('a database %s is told with what to do, and never with the password', async (_, change, reason, hint) => {
  const url = new URL(await testDatabase());
  url.password = 'very-secret';
  change(url);
  const error = await openOn(url.href).catch((failure: unknown) => failure as Error & { hint: string });
  expect(error).toMatchObject({ code: 'DatabaseUnusable' });
  expect((error as Error).message).toMatch(reason);
  expect((error as { hint: string }).hint).toMatch(hint);
  expect(JSON.stringify(error, ['message', 'hint'])).not.toContain('very-secret');
});

test('a server that takes connections and says nothing is given up', async () => {
  const silent = await listenLocally(createServer());
  const startedAt = performance.now();
  await expect(openOn(`postgres://calreply@127.0.0.1:${silent}/x`)).rejects.toMatchObject({ code: 'DatabaseUnusable' });
  expect(performance.now() - startedAt).toBeLessThan(12_000);
});

test('a process with other keys is refused before it seals anything, and one with both seals anew', async () => {
  const url = await testDatabase({ isEmpty: true });
  const first = await openOn(url, { keys: keys(1) });
  await first.write((transaction) => transaction.addAccount({ ...account, createdAt: 1 }));
  const webhook = await addWebhook(first);
  await expect(openOn(url, { keys: keys(2) })).rejects.toMatchObject({
    code: 'EncryptionKeyUnusable',
    message: expect.stringContaining('are sealed with the key') as string,
  });

  const said: string[] = [];
  const second = await openOn(url, { keys: keys(2, 1), say: (text) => said.push(text) });
  expect(await second.webhookSecrets(account.id, webhook.id)).toMatchObject({ secret: webhook.secret });
  expect(said).toEqual([expect.stringContaining('The secrets of one webhook are sealed with the key')]);
  // The old key alone opens nothing any more.
  await expect(openOn(url, { keys: keys(1) })).rejects.toMatchObject({ code: 'EncryptionKeyUnusable' });
});

test('without keys, the one of the folder is used and made; another folder has another', async () => {
  const url = await testDatabase({ isEmpty: true });
  const [one, other, broken] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  await openOn(url, { dataDir: one, keys: undefined });
  await openOn(url, { dataDir: one, keys: undefined });
  await expect(openOn(url, { dataDir: other, keys: undefined })).rejects.toMatchObject({
    code: 'EncryptionKeyUnusable',
    message: expect.stringContaining(join(other, 'encryption.key')) as string,
  });
  writeFileSync(join(broken, 'encryption.key'), 'no key');
  await expect(openPostgresStore(url, { dataDir: broken })).rejects.toMatchObject({ code: 'EncryptionKeyUnusable' });
});
