import { chmodSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { asBoundUser } from '../helpers/bound-user.js';
import type { Home } from '../helpers/home.js';
import { startRemoteService } from '../helpers/remote-service.js';

/** Each test works on another machine than the one with the service. */
const { clientSecret, homeWith, loginArgs } = await startRemoteService(afterAll);

const config = (home: Home) => join(home.configFolder, 'config.json');
const credentials = (home: Home) => join(home.configFolder, 'credentials.json');

test('credentials that others can read are closed to them, which is said once, beside JSON too', async () => {
  const home = await homeWith('work');
  chmodSync(credentials(home), 0o644);

  const first = await home.run(['whoami', '--json']);
  const second = await home.run(['whoami', '--json']);

  expect(first.stderr).toBe(
    `${credentials(home)} can be read by others (mode 0644). It is yours alone now (mode 0600).\n`,
  );
  expect(JSON.parse(first.stdout)).toMatchObject({ profile: 'work' });
  expect(second).toMatchObject({ exitCode: 0, stderr: '' });
  expect(statSync(credentials(home)).mode & 0o777).toBe(0o600);
});

test.each([
  ['empty', ''],
  ['corrupt', '{"profiles": {"work": '],
])('credentials that are %s end a command with 1 once, are kept, and a login puts it right', async (_, content) => {
  const home = await homeWith('work');
  writeFileSync(credentials(home), content);

  expect(await home.run(['whoami'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `✗ ${credentials(home)} could not be understood. It is kept as ${credentials(home)}.bad.\n  Log in again with: calreply login\n`,
  });
  expect(await home.run(['whoami'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('calreply login') });
  expect(readFileSync(`${credentials(home)}.bad`, 'utf8')).toBe(content);
  expect((await home.run(loginArgs('--profile', 'work'), { input: clientSecret })).exitCode).toBe(0);
});

test('credentials behind a symbolic link are neither read nor written', async () => {
  const home = await homeWith('work');
  const elsewhere = join(home.work, 'elsewhere.json');
  renameSync(credentials(home), elsewhere);
  symlinkSync(elsewhere, credentials(home));
  const before = readFileSync(elsewhere, 'utf8');

  for (const run of [home.run(['whoami']), home.run(loginArgs('--profile', 'work'), { input: 'new-secret' })]) {
    expect(await run).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `✗ ${credentials(home)} is a symbolic link, and is not followed.\n  Put the file itself there, or name the folder where it is in CALREPLY_CONFIG_DIR.\n`,
    });
  }
  expect(readFileSync(elsewhere, 'utf8')).toBe(before);
});

test.skipIf(process.platform === 'win32')(
  'a folder that is read-only costs no command its work that only reads, and login says what to do before it asks',
  async () => {
    const home = await homeWith('work');
    const through = asBoundUser(home);
    chmodSync(home.configFolder, 0o500);
    onTestFinished(() => chmodSync(home.configFolder, 0o700));

    const whoami = await home.run(['whoami'], { through });
    const login = await home.run(['login'], { through });

    expect(whoami).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('work, the current one'), stderr: '' });
    expect(login.exitCode).toBe(1);
    expect(login.stderr).toContain(`✗ ${home.configFolder} cannot be written: `);
    expect(login.stderr).toContain('name another one in CALREPLY_CONFIG_DIR.');
  },
);

test('20 processes that log in and out at once leave every profile that should be there, and nothing else', async () => {
  const numbers = Array.from({ length: 10 }, (_, number) => number);
  const home = await homeWith(...numbers.map((number) => `old-${number}`), 'stays');

  const finished = await Promise.all(
    numbers.flatMap((number) => [
      home.run(loginArgs('--profile', `new-${number}`), { input: clientSecret }),
      home.run(['logout', '--profile', `old-${number}`]),
    ]),
  );

  for (const { exitCode, stderr } of finished) expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const names = ['stays', ...numbers.map((number) => `new-${number}`)].sort();
  for (const path of [config(home), credentials(home)]) {
    const { profiles } = JSON.parse(readFileSync(path, 'utf8')) as { profiles: object };
    expect(Object.keys(profiles).sort()).toEqual(names);
  }
  expect(readdirSync(home.configFolder).sort()).toEqual(['config.json', 'credentials.json']);
});
