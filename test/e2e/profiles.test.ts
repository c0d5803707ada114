import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ProfilesJson } from '../../src/cli/output/profiles.js';
import type { WhoamiJson } from '../../src/cli/output/account.js';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';
import { startRemoteService } from '../helpers/remote-service.js';
import { hasTerminal, inTerminal } from '../helpers/terminal.js';

/** Each test works on another machine than the one with the service. */
const { url, clientId, homeWith } = await startRemoteService(afterAll);

test('profiles list shows each with its service, account and client id, and which one is current', async () => {
  const home = await homeWith('staging', 'production');
  const row = (name: string, state: string) => [name, url, 'your-account', clientId, state].join('\t');

  expect(await home.run(['profiles', 'list'])).toEqual({
    exitCode: 0,
    stdout: `NAME\tSERVICE\tACCOUNT\tCLIENT ID\tSTATE\n${row('production', 'current')}\n${row('staging', '')}\n`,
    stderr: '',
  });
  const profile = { service: url, clientId, account: 'your-account' };
  expect(await home.json<ProfilesJson>(['profiles', 'list'])).toEqual({
    profiles: [
      { name: 'production', ...profile, isCurrent: true },
      { name: 'staging', ...profile, isCurrent: false },
    ],
    current: 'production',
    overriddenBy: [],
  });
});

test('profiles list says on stderr when the environment goes before the current one', async () => {
  const home = await homeWith('staging', 'production');
  const env = { CALREPLY_PROFILE: 'staging', CALREPLY_API_URL: url };

  expect((await home.run(['profiles', 'list'], { env })).stderr).toBe(
    'CALREPLY_PROFILE and CALREPLY_API_URL from the environment go before the current profile.\n',
  );
  expect((await home.json<ProfilesJson>(['profiles', 'list'], { env })).overriddenBy).toEqual([
    'CALREPLY_PROFILE',
    'CALREPLY_API_URL',
  ]);
});

test('profiles list without any says what to do next', async () => {
  const { exitCode, stdout } = await new Home(onTestFinished).run(['profiles', 'list']);

  expect(exitCode).toBe(0);
  expect(stdout).toContain('calreply login');
  expect(stdout).toContain('calreply listen');
});

test('profiles use makes one the current one, also the embedded service before it has run', async () => {
  const home = await homeWith('staging', 'production');

  expect(await home.run(['profiles', 'use', 'staging'])).toEqual({
    exitCode: 0,
    stdout: '✓ The current profile is staging.\n',
    stderr: '',
  });
  expect(await home.json<WhoamiJson>(['whoami'])).toMatchObject({ profile: 'staging', profileFrom: 'current' });
  expect(await home.json(['profiles', 'use', 'local'])).toEqual({ current: 'local', overriddenBy: [] });
  expect((await home.json<ProfilesJson>(['profiles', 'list'])).current).toBe('local');
});

test.each(['__proto__', '\u001b[31mred'])(
  'a profile that does not exist ends profiles use and remove with 4, and says which there are: %j',
  async (name) => {
    const home = await homeWith('staging');
    const commands = [
      ['profiles', 'use', name],
      ['profiles', 'remove', name, '--yes'],
    ];
    for (const { exitCode, stdout } of await Promise.all(commands.map((args) => home.run([...args, '--json'])))) {
      expect(exitCode).toBe(4);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NotFound', hint: 'There are: staging.' } });
    }
  },
);

test('profiles list in a terminal marks the current one alone', async ({ skip }) => {
  if (!hasTerminal) skip('no `script` of util-linux on this machine');
  const { screen } = await inTerminal(await homeWith('staging', 'production'), 'profiles list');

  const lines = stripVTControlCharacters(screen).trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(new RegExp(`^production .* ${clientId} +current$`));
  expect(lines[2]).toMatch(new RegExp(`^staging .* ${clientId}$`));
});

describe('profiles remove', () => {
  test('forgets one with its credentials, and says which is current now', async () => {
    const home = await homeWith('staging', 'production');

    expect((await home.run(['profiles', 'remove', 'staging', '--yes'])).stdout).toBe(
      '✓ Profile staging and its credentials are gone from this machine. The current one is production.\n',
    );
    expect(await home.json(['profiles', 'remove', 'production', '--yes'])).toEqual({
      removed: 'production',
      current: null,
    });
    expect(await home.json<ProfilesJson>(['profiles', 'list'])).toEqual({
      profiles: [],
      current: null,
      overriddenBy: [],
    });
  });

  test('of the current one says how to choose another', async () => {
    const home = await homeWith('staging', 'production');

    expect((await home.run(['profiles', 'remove', 'production', '--yes'])).stdout).toContain(
      'There is no current one now, so commands use the embedded service. Choose another with: calreply profiles use staging\n',
    );
  });

  test('needs --yes without a terminal', async () => {
    const home = await homeWith('staging');

    expect(await failure(home, ['profiles', 'remove', 'staging'])).toMatchObject({
      reason: '--yes is missing, and there is no terminal to ask for it.',
      exitCode: 2,
    });
  });

  describe('in a terminal', () => {
    beforeEach(({ skip }) => {
      if (!hasTerminal) skip('no `script` of util-linux on this machine');
    });

    test('asks, and keeps the profile unless the answer is yes', async () => {
      const home = await homeWith('staging');
      const answered = async (keys: string) => {
        const prompt = 'and its credentials?';
        const { exitCode, screen } = await inTerminal(home, 'profiles remove staging', { prompt, keys });
        return { exitCode, screen: stripVTControlCharacters(screen) };
      };

      expect(await answered('\r')).toMatchObject({
        exitCode: 2,
        screen: expect.stringContaining('Nothing was removed'),
      });
      expect(await answered('y\r')).toMatchObject({ exitCode: 0, screen: expect.stringContaining('Profile staging') });
    });
  });
});
