import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AccountList } from '../../src/api/contract.js';
import type { RotatedCredentialsJson } from '../../src/cli/output/accounts.js';
import { asBoundUser } from '../helpers/bound-user.js';
import { jsonLines, type RunOptions } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';

/** How many clients each account of a data folder has. */
async function clientCounts(home: Home, dataDir: string): Promise<number[]> {
  const { accounts } = await home.json<AccountList>(['accounts', 'list', '--data-dir', dataDir]);
  return accounts.map(({ clients }) => clients.length);
}

/** Runs the service as a person does, and waits until it says that it runs. */
async function serve(home: Home, options: RunOptions) {
  const command = home.start(['serve', '--port', '0', '--data-dir', 'data'], options);
  await command.line(/^✓ The service runs at /);
  return command;
}

describe.skipIf(process.platform === 'win32').each([
  { where: 'a folder that is read-only', below: '' },
  { where: 'no folder yet, below one that is read-only', below: 'config' },
])('with $where for its profile', ({ below }) => {
  test('a service runs, makes no credentials that nobody would have, and says how to log in', async () => {
    const home = new Home(onTestFinished);
    const readOnly = join(home.work, 'read-only');
    const folder = join(readOnly, below);
    mkdirSync(readOnly);
    const through = asBoundUser(home);
    chmodSync(readOnly, 0o500);
    const env = { CALREPLY_CONFIG_DIR: folder };

    const first = await serve(home, { env, through });
    const rotate = 'calreply accounts rotate-credentials your-account --data-dir ';
    const [problem, hint, next = '', ...rest] = first.stderr().split('\n');
    expect(problem).toMatch(`! The profile “local” was not written: ${folder} cannot be written: `);
    expect(hint).toBe('  Check the rights on the folder, or name another one in CALREPLY_CONFIG_DIR.');
    expect(next).toBe(`  The service runs all the same. For a login: ${rotate}${join(home.work, 'data')}`);
    expect(rest).toEqual(['']);
    expect(first.stdout()).not.toContain('--local');
    expect(await clientCounts(home, 'data')).toEqual([0]);

    const [, command = ''] = /For a login: calreply (.+)$/.exec(next) ?? [];
    const { clientId, clientSecret } = await home.json<RotatedCredentialsJson>(command.split(' '));
    const [, url = ''] = /runs at (\S+)\./.exec(first.stdout()) ?? [];
    const login = { CALREPLY_API_URL: url, CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret ?? '' };
    expect(await home.json(['whoami'], { env: login })).toMatchObject({ account: { code: 'your-account' } });
    await first.stop('SIGTERM');

    const second = await serve(home, { env, through });
    expect(second.stderr()).toContain(
      `  The service runs all the same, and the credentials of your-account hold. New ones end those within 24 hours: ${rotate}`,
    );
    expect(await clientCounts(home, 'data')).toEqual([1]);
    expect(readdirSync(readOnly)).toEqual([]);
  });
});

test('with --json, that there is no profile is a record of the log', async () => {
  const home = new Home(onTestFinished);
  const file = join(home.work, 'file');
  writeFileSync(file, '');

  const command = await home.serve({ env: { CALREPLY_CONFIG_DIR: join(file, 'config') } });

  expect(jsonLines(command.stderr())).toEqual([
    expect.objectContaining({
      level: 'warn',
      msg: 'The profile “local” was not written',
      reason: expect.stringContaining(join(file, 'config')),
      hint: expect.stringContaining('CALREPLY_CONFIG_DIR'),
    }),
  ]);
});

test('settings that cannot be understood are set aside with a word, and the next start writes them anew', async () => {
  const home = new Home(onTestFinished);
  mkdirSync(home.configFolder, { recursive: true, mode: 0o700 });
  const config = join(home.configFolder, 'config.json');
  writeFileSync(config, '{');

  const first = await serve(home, {});
  expect(first.stderr()).toContain(
    `! The profile “local” was not written: ${config} could not be understood. It is kept as ${config}.bad.\n` +
      '  Commands use the embedded service until you log in again with: calreply login\n',
  );
  await first.stop('SIGTERM');

  const second = await serve(home, {});
  expect(second.stderr()).not.toContain('!');
  expect(await home.json(['whoami', '--local'])).toMatchObject({ account: { code: 'your-account' } });
});
