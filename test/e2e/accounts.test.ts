import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountList } from '../../src/api/contract.js';
import type { AddedAccountJson, RotatedCredentialsJson } from '../../src/cli/output/accounts.js';
import { failure } from '../helpers/failure.js';
import { Home, type Serving } from '../helpers/home.js';

const operator = new Home(afterAll);
let serving: Serving;

beforeAll(async () => {
  serving = (await operator.serve()).serving;
});

const key = () => readFileSync(join(serving.dataDir, 'operator.key'), 'utf8');
const asClient = ({ clientId, clientSecret }: { clientId: string; clientSecret: string | null }) => ({
  env: { CALREPLY_API_URL: serving.url, CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret ?? '' },
});

test('an account that is added logs in with what was shown, and has its calendar', async () => {
  const { exitCode, stdout } = await operator.run(['accounts', 'add', 'Acme Spörts', '--calendar', 'fixtures']);
  expect(exitCode).toBe(0);
  const [, clientId = ''] = /^client id {2}(\S+)$/m.exec(stdout) ?? [];
  const [, clientSecret = ''] = /^secret {5}(\S+)$/m.exec(stdout) ?? [];
  expect(stdout).toContain(`calreply login --api-url ${serving.url} --client-id ${clientId} --profile acme-sports\n`);
  expect(await operator.json(['whoami'], asClient({ clientId, clientSecret }))).toMatchObject({
    account: { name: 'Acme Spörts', code: 'acme-sports' },
  });
  const { accounts } = await operator.json<AccountList>(['accounts', 'list']);
  expect(accounts.map(({ code }) => code)).toEqual(['your-account', 'acme-sports']);
  expect(JSON.stringify(accounts)).not.toContain(clientSecret);
});

test('a rotation writes the new credentials into a file, over the old ones, and prints the secret nowhere', async () => {
  const file = join(operator.work, 'beta.env');
  const added = await operator.json<AddedAccountJson>(['accounts', 'add', 'Beta', '--write-env', 'beta.env']);
  expect(added.clientSecret).toBeNull();
  const before = readFileSync(file, 'utf8');
  const rotate = ['accounts', 'rotate-credentials', 'beta', '--write-env', 'beta.env'];
  const rotated = await operator.json<RotatedCredentialsJson>(rotate);
  expect(rotated).toMatchObject({ code: 'beta', clientSecret: null, oldUntil: expect.any(String) });
  const [, clientSecret = ''] = /^CALREPLY_CLIENT_SECRET=(secret_\w+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
  expect(readFileSync(file, 'utf8')).toBe(
    `CALREPLY_CLIENT_ID=${rotated.clientId}\nCALREPLY_CLIENT_SECRET=${clientSecret}\n`,
  );
  expect(before).not.toContain(clientSecret);
  expect(await operator.json(['whoami'], asClient({ ...rotated, clientSecret }))).toMatchObject({
    account: { code: 'beta' },
  });
  expect(await failure(operator, ['accounts', 'add', 'Gamma', '--write-env', 'beta.env'])).toMatchObject({
    exitCode: 2,
  });
});

test('a service elsewhere takes the operator key from standard input or the environment, and no other', async () => {
  const elsewhere = new Home(afterAll);
  const at = ['accounts', 'list', '--api-url', serving.url];
  expect(await elsewhere.json([...at, '--operator-key-stdin'], { input: key() })).toHaveProperty('accounts');
  const env = { CALREPLY_OPERATOR_KEY: key().trim(), CALREPLY_API_URL: serving.url };
  expect(await elsewhere.json(['accounts', 'list'], { env })).toHaveProperty('accounts');
  expect(await failure(elsewhere, [...at, '--operator-key-stdin'], { input: 'operator_wrong' })).toMatchObject({
    exitCode: 3,
    reason: 'The operator key is not right.',
  });
  expect(await failure(elsewhere, at)).toMatchObject({ exitCode: 2, reason: expect.stringContaining('no terminal') });
});

test.each([
  ['a code that is taken', ['add', 'Mine', '--code', 'your-account'], 2, 'There is an account your-account already.'],
  ['a code that is none', ['add', 'Mine', '--code', 'A B'], 2, '“A B” cannot be the code of an account.'],
  ['a name that gives no code', ['add', '日本'], 2, 'No code can be made of the name “日本”.'],
  ['an account that there is not', ['rotate-credentials', 'nobody'], 4, 'There is no account nobody.'],
  [
    'a folder that no service has used',
    ['list', '--data-dir', 'nowhere'],
    4,
    'No service has used the data folder nowhere.',
  ],
])('%s is told as such', async (_, args, exitCode, reason) => {
  expect(await failure(operator, ['accounts', ...args])).toMatchObject({ exitCode, reason });
});

test('commands that are suggested are for the same service', async () => {
  const folder = join(serving.dataDir, '..', 'it’s here');
  symlinkSync(serving.dataDir, folder);
  const hintOf = async (...args: readonly string[]) => (await failure(operator, ['accounts', ...args])).hint;

  expect(await hintOf('rotate-credentials', 'nobody', '--data-dir', folder)).toBe(
    `See them with: calreply accounts list --data-dir '${folder}'`,
  );
  expect(await hintOf('add', 'X', '--code', 'your-account', '--data-dir', folder)).toBe(
    `Choose another code with --code, or see them all with: calreply accounts list --data-dir '${folder}'`,
  );
  expect(await hintOf('rotate-credentials', 'nobody')).toBe('See them with: calreply accounts list');
});

test('without a service that runs, one is started for the command; a missing encryption key is named at the start', async () => {
  const home = new Home(afterAll);
  const served = await home.serve();
  await home.json(['webhooks', 'add', 'http://127.0.0.1:9/hooks', '--local']);
  await served.stop('SIGTERM');
  const { stdout } = await home.run(['accounts', 'add', 'Delta']);
  expect(stdout).toMatch(
    /^Once the service runs, log in at its URL with: calreply login --api-url URL --client-id \S+ --profile delta$/m,
  );
  expect((await home.json<AccountList>(['accounts', 'list'])).accounts).toHaveLength(2);

  rmSync(join(served.serving.dataDir, 'encryption.key'));
  expect(await failure(home, ['serve', '--port', '0'])).toMatchObject({
    exitCode: 1,
    code: 'EncryptionKeyUnusable',
    reason: expect.stringMatching(/are sealed with the key [0-9a-f]{8}, and \S+encryption\.key is not there\.$/),
  });
});
