import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { parseEncryptionKeys } from '../../../../src/store/encryption-keys.js';
import { openSqliteStore } from '../../../../src/store/sqlite/store.js';
import { filesWith } from '../../../helpers/bytes-in-folder.js';
import { accept, account, addWebhook, openStore } from '../../../helpers/open-store.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const newKey = () => randomBytes(32).toString('base64');
const keysOf = (...keys: readonly string[]) => parseEncryptionKeys(keys.join('\n'), 'the test');
const keyFile = (folder: string) => join(folder, 'encryption.key');
const CLAIM = { claim: 'a', now: 1, until: 2, limit: 10, perWebhook: 10, reachableListeners: [] };

/** Changes the database of a folder that nobody has open. */
function tamper(folder: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(folder, 'calreply.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** A folder with two webhooks: their secrets, and what else must not be read from the disk. */
async function folderWithWebhooks() {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const headers = { Authorization: 'Bearer a-credential-of-the-receiver' };
  const [one, other] = [await addWebhook(store, { headers }), await addWebhook(store)];
  const rotated = `whsec_${randomBytes(32).toString('base64')}`;
  await store.write((transaction) => transaction.rotateSecret(one.id, rotated, 900));
  return { folder, store, one, other, rotated, hidden: [one.secret, other.secret, rotated, headers.Authorization] };
}

test('no secret and no value of a custom header is on the disk, while the store is open and after it', async () => {
  const { folder, store, one, hidden } = await folderWithWebhooks();
  await accept(store, {}, one);
  await store.claim(CLAIM);
  expect(filesWith(folder, [one.id])).not.toEqual([]);
  expect(filesWith(folder, hidden)).toEqual([]);
  await store.close();
  expect(filesWith(folder, hidden)).toEqual([]);
});

test('what was sealed opens again at the next start, for the claim as well', async () => {
  const { folder, store, one, rotated } = await folderWithWebhooks();
  await store.close();
  const again = await openStore(folder);
  await accept(again, {}, one);
  const { claimed } = await again.claim(CLAIM);
  expect(claimed[0]?.webhook).toMatchObject({
    headers: one.headers,
    secret: rotated,
    oldSecret: { secret: one.secret, until: 900 },
  });
});

test('secrets that an older release kept plain are sealed at the start, and no trace of them stays', async () => {
  const { folder, store, one, other, hidden } = await folderWithWebhooks();
  await store.close();
  const [first = '', second = '', third = '', header = ''] = hidden;
  const gone = 'whsec_of-a-webhook-whose-row-is-free-space-now';
  tamper(
    folder,
    `UPDATE webhooks SET secret = '${third}', old_secret = '${first}', headers = '{"Authorization":"${header}"}' WHERE id = '${one.id}'`,
    `UPDATE webhooks SET secret = '${second}', headers = '{}' WHERE id = '${other.id}'`,
    `CREATE TABLE free (text)`,
    `INSERT INTO free VALUES ('${gone.repeat(200)}')`,
    `DROP TABLE free`,
  );
  expect(filesWith(folder, [gone])).not.toEqual([]);

  const said: string[] = [];
  const sealed = await openSqliteStore(folder, { say: (text) => said.push(text) });
  onTestFinished(() => sealed.close());
  expect(said).toEqual([
    `The secrets of 2 webhooks are sealed with the key ${sealed.encryptionKeyId} now. Before, they were plain.`,
  ]);
  expect(filesWith(folder, [...hidden, gone])).toEqual([]);
  expect(await sealed.webhookSecrets(account.id, one.id)).toMatchObject({
    secret: third,
    oldSecret: { secret: first },
  });
  expect(await sealed.webhook(account.id, one.id)).toMatchObject({ headers: { Authorization: header } });
  expect(await sealed.webhook(account.id, other.id)).toMatchObject({ headers: {} });
});

test('a new first key seals everything anew at the start; then the one before it is not needed any more', async () => {
  const folder = temporaryFolder();
  const [before, after] = [newKey(), newKey()];
  const store = await openSqliteStore(folder, { keys: keysOf(before) });
  await store.write((transaction) => transaction.addAccount({ ...account, createdAt: 0 }));
  // More than are sealed in one batch.
  const webhooks = await Promise.all(Array.from({ length: 450 }, () => addWebhook(store)));
  await store.close();

  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  await (await openSqliteStore(folder, { keys: keysOf(after, before), say })).close();
  const [old, current] = [before, after].map((key) => keysOf(key).keys[0].id);
  const told = `The secrets of 450 webhooks are sealed with the key ${current} now. Before, they were sealed with ${old}.`;
  expect(said).toEqual([told]);
  const rotated = await openSqliteStore(folder, { keys: keysOf(after), say });
  expect([said, rotated.encryptionKeyId]).toEqual([[told], current]);
  for (const { id, secret } of webhooks)
    expect(await rotated.webhookSecrets(account.id, id)).toEqual({ secret, oldSecret: null });
  await rotated.close();
});

test('a start without the key names the one that is missing, and changes nothing', async () => {
  const { folder, store } = await folderWithWebhooks();
  await store.close();
  const own = readFileSync(keyFile(folder), 'utf8');
  const id = keysOf(own).keys[0].id;
  const missing = { code: 'EncryptionKeyUnusable', message: expect.stringContaining(id) };

  await expect(openSqliteStore(folder, { keys: keysOf(newKey(), newKey()) })).rejects.toMatchObject(missing);
  rmSync(keyFile(folder));
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ ...missing, hint: expect.stringContaining('back') });
  writeFileSync(keyFile(folder), newKey());
  await expect(openSqliteStore(folder)).rejects.toMatchObject(missing);
  writeFileSync(keyFile(folder), own);
  await (await openSqliteStore(folder)).close();
});

test.each([
  [
    'a flipped bit',
    'UPDATE webhooks SET secret = substr(secret, 1, 40) || char(unicode(substr(secret, 41, 1)) + 1) || substr(secret, 42)',
  ],
  [
    'swapped rows',
    'UPDATE webhooks SET secret = (SELECT other.secret FROM webhooks other WHERE other.id <> webhooks.id)',
  ],
  ['swapped columns', 'UPDATE webhooks SET secret = old_secret WHERE old_secret IS NOT NULL'],
  [
    'headers of another webhook',
    'UPDATE webhooks SET headers = (SELECT other.headers FROM webhooks other WHERE other.id <> webhooks.id)',
  ],
  ['a text that was cut', 'UPDATE webhooks SET secret = substr(secret, 1, 30)'],
  ['a text without its parts', 'UPDATE webhooks SET secret = substr(secret, 1, 12)'],
])('%s: the start fails and names the webhook', async (_, change) => {
  const { folder, store, one, other } = await folderWithWebhooks();
  await store.close();
  tamper(folder, change);
  const failure = await openSqliteStore(folder).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'DataFolderUnusable', message: expect.stringContaining('cannot be opened') });
  expect([one.id, other.id].some((id) => String(failure).includes(id))).toBe(true);
});

test('what was opened for one webhook opens for no other, although it is remembered', async () => {
  const { store, folder, other } = await folderWithWebhooks();
  await store.webhookSecrets(account.id, other.id);
  await store.close();
  tamper(folder, 'UPDATE webhooks SET old_secret = secret, old_secret_until = 1 WHERE old_secret IS NULL');
  await expect(openSqliteStore(folder)).rejects.toMatchObject({
    message: expect.stringContaining(`old secret of webhook ${other.id}`),
  });
});

test.skipIf(process.platform === 'win32')(
  'the key of a folder is its owner’s alone, and made so when it is not',
  async () => {
    const folder = temporaryFolder();
    await (await openSqliteStore(folder)).close();
    expect(statSync(keyFile(folder)).mode & 0o777).toBe(0o600);

    chmodSync(keyFile(folder), 0o644);
    const said: string[] = [];
    await (await openSqliteStore(folder, { say: (text) => said.push(text) })).close();
    expect(said).toEqual([expect.stringContaining(`${keyFile(folder)} could be read by others (mode 0644)`)]);
    expect(statSync(keyFile(folder)).mode & 0o777).toBe(0o600);
  },
);

test.skipIf(process.platform === 'win32')('a link in place of the folder’s key is not followed', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'elsewhere'), newKey());
  symlinkSync(join(folder, 'elsewhere'), keyFile(folder));
  await expect(openSqliteStore(folder)).rejects.toMatchObject({
    code: 'EncryptionKeyUnusable',
    message: expect.stringContaining('symbolic link'),
  });
});
