import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { WhoamiJson } from '../../src/cli/output/account.js';
import { Home } from '../helpers/home.js';
import { startRemoteService } from '../helpers/remote-service.js';

/** Each test works on another machine than the one with the service. */
const { url, clientId, clientSecret, loginArgs } = await startRemoteService(afterAll);

const login = (home: Home, ...args: string[]) => home.run(loginArgs(...args), { input: `${clientSecret}\n` });

describe('login', () => {
  test('takes the client id by flag and the secret from standard input, and later commands need neither', async () => {
    const home = new Home(onTestFinished);

    expect(await login(home)).toEqual({
      exitCode: 0,
      stdout: `✓ Logged in as Your Account at ${url} (profile default). It is the current profile now.\n`,
      stderr: '',
    });
    const lines = (await home.run(['whoami'])).stdout.split('\n');
    expect(lines).toEqual([
      'account      Your Account (your-account)',
      `service      ${url}`,
      'profile      default, the current one',
      `client id    ${clientId}`,
      'credentials  from the profile',
      expect.stringMatching(
        /^token {8}holds for (5m|\d+ s) \(until \d\d:\d\d:\d\d\), then renewed by its refresh token$/,
      ),
      '',
    ]);
    expect((await home.run(['webhooks', 'list'])).exitCode).toBe(0);
  });

  test('takes the secret from CALREPLY_CLIENT_SECRET', async () => {
    const home = new Home(onTestFinished);

    const who = await home.json<WhoamiJson>(['login', '--api-url', url, '--client-id', clientId], {
      env: { CALREPLY_CLIENT_SECRET: clientSecret },
    });

    expect(who).toEqual({
      account: { id: expect.any(String), name: 'Your Account', code: 'your-account' },
      service: url,
      serviceFrom: 'profile',
      profile: 'default',
      profileFrom: 'current',
      credentialsFrom: 'profile',
      clientId,
      token: { expiresAt: expect.stringMatching(/^\d{4}-.*Z$/), renewedBy: 'refreshToken' },
    });
    expect(await home.json<WhoamiJson>(['whoami'])).toEqual(who);
  });

  test('takes the secret from a file, and says which one when it has none', async () => {
    const home = new Home(onTestFinished);
    const args = ['login', '--api-url', url, '--client-id', clientId, '--secret-file'];
    writeFileSync(join(home.work, 'secret'), `${clientSecret}\n`);
    writeFileSync(join(home.work, 'nothing'), '\n');

    expect(await home.run([...args, 'secret'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await home.run([...args, 'nothing'])).toMatchObject({
      exitCode: 2,
      stderr: '✗ The client secret in nothing is empty.\n',
    });
    expect(await home.run([...args, 'missing'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('✗ missing cannot be read:'),
    });
  });

  test('that fails leaves the files as they were', async () => {
    const home = new Home(onTestFinished);
    await login(home);
    const files = () =>
      readdirSync(home.configFolder).map((name) => [name, readFileSync(join(home.configFolder, name), 'utf8')]);
    const before = files();

    const wrong = await home.run(loginArgs(), { input: 'wrong' });
    const away = await home.run(['login', '--api-url', 'http://127.0.0.1:9', '--client-id', 'me', '--secret-stdin'], {
      input: clientSecret,
    });

    expect([wrong.exitCode, away.exitCode]).toEqual([3, 5]);
    expect(files()).toEqual(before);
  });

  test('keeps the credentials for their owner only, and the settings apart from them', async () => {
    const home = new Home(onTestFinished);
    await login(home);

    const credentials = join(home.configFolder, 'credentials.json');
    expect(statSync(credentials).mode & 0o777).toBe(0o600);
    expect(statSync(home.configFolder).mode & 0o777).toBe(0o700);
    expect(readFileSync(credentials, 'utf8')).toContain(clientSecret);
    expect(readFileSync(join(home.configFolder, 'config.json'), 'utf8')).not.toContain(clientSecret);
  });

  test('prints no secret and no token, and neither does any other command, whatever the output', async () => {
    const home = new Home(onTestFinished);
    const debug = { env: { DEBUG: '*' } };
    const credentials = () => readFileSync(join(home.configFolder, 'credentials.json'), 'utf8');
    const tokens = new Set<string>();
    const outputs: string[] = [];
    const ran = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => {
      outputs.push(stdout + stderr);
      for (const [token] of credentials().matchAll(/(?<=Token": ")[\w-]+/g)) tokens.add(token);
    };

    ran(await login(home));
    ran(await login(home, '--json'));
    ran(await home.run(loginArgs(), { ...debug, input: clientSecret }));
    const commands = [['whoami'], ['profiles', 'list'], ['profiles', 'use', 'default'], ['doctor']];
    const runs = commands.flatMap((args) => [home.run(args, debug), home.run([...args, '--json'], debug)]);
    for (const finished of await Promise.all(runs)) ran(finished);
    ran(await home.run(['logout'], debug));
    ran(
      await home.run(['login', '--api-url', url, '--client-id', 'nobody', '--secret-stdin'], {
        ...debug,
        input: clientSecret,
      }),
    );

    expect(outputs.join('')).toContain(clientId);
    expect(tokens.size).toBeGreaterThanOrEqual(6);
    for (const output of outputs) for (const hidden of [clientSecret, ...tokens]) expect(output).not.toContain(hidden);
  });

  test('keeps several profiles, and the last login is the one in use', async () => {
    const home = new Home(onTestFinished);
    await login(home, '--profile', 'staging');
    const { stdout } = await login(home, '--profile', 'production');

    expect(stdout).toMatch(/\(profile production\)\. It is the current profile now, in place of staging\.$/m);
    expect((await home.json<WhoamiJson>(['whoami'])).profile).toBe('production');
    expect((await home.json<WhoamiJson>(['whoami', '--profile', 'staging'])).profile).toBe('staging');
    const byEnvironment = await home.json<WhoamiJson>(['whoami'], { env: { CALREPLY_PROFILE: 'staging' } });
    expect(byEnvironment.profile).toBe('staging');
  });

  test('keeps the profile that CALREPLY_PROFILE names, and the flag goes before it', async () => {
    const home = new Home(onTestFinished);
    const options = { env: { CALREPLY_PROFILE: 'staging', CALREPLY_CLIENT_SECRET: clientSecret } };
    const args = ['login', '--api-url', url, '--client-id', clientId];

    expect((await home.json<WhoamiJson>(args, options)).profile).toBe('staging');
    expect((await home.json<WhoamiJson>([...args, '--profile', 'other'], options)).profile).toBe('other');
  });

  test('ends with 3 when the service does not know the credentials, and keeps nothing', async () => {
    const home = new Home(onTestFinished);

    const refused = await home.run(loginArgs(), { input: 'wrong' });

    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toMatch(/^✗ .+\.\n {2}Check the client id and the secret, then: calreply login\n$/);
    expect((await home.run(['logout'])).exitCode).toBe(3);
  });

  test('ends with 2 when standard input is empty', async () => {
    const home = new Home(onTestFinished);

    const empty = await home.run(loginArgs());

    expect(empty).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('standard input is empty') });
  });
});

describe('credentials from the environment', () => {
  test('need no login', async () => {
    const env = {
      CALREPLY_API_URL: url,
      CALREPLY_CLIENT_ID: clientId,
      CALREPLY_CLIENT_SECRET: clientSecret,
    };

    const who = await new Home(onTestFinished).json<WhoamiJson>(['whoami'], { env });

    expect(who).toMatchObject({ profile: null, credentialsFrom: 'environment', service: url });
  });

  test('go before a profile, which is said once on stderr', async () => {
    const home = new Home(onTestFinished);
    await login(home);
    const env = { CALREPLY_CLIENT_ID: clientId, CALREPLY_CLIENT_SECRET: clientSecret };

    const { stdout, stderr } = await home.run(['whoami'], { env });

    expect(stdout).toContain('credentials  from the environment');
    expect(stderr).toBe('CALREPLY_CLIENT_ID from the environment goes before profile default.\n');
  });
});

describe('logout', () => {
  test('forgets the profile and its secret', async () => {
    const home = new Home(onTestFinished);
    await login(home);

    expect(await home.run(['logout'])).toEqual({
      exitCode: 0,
      stdout: '✓ Logged out of profile default. There is no current one now, so commands use the embedded service.\n',
      stderr: '',
    });

    expect(readFileSync(join(home.configFolder, 'credentials.json'), 'utf8')).not.toContain(clientSecret);
    const again = await home.run(['logout']);
    expect(again).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: '✗ Nobody is logged in.\n  Log in with: calreply login\n',
    });
  });

  test('leaves the other profiles as they are', async () => {
    const home = new Home(onTestFinished);
    await login(home, '--profile', 'staging');
    await login(home, '--profile', 'production');

    expect(await home.json(['logout', '--profile', 'production'])).toEqual({ loggedOut: 'production', current: null });

    expect((await home.json<WhoamiJson>(['whoami', '--profile', 'staging'])).profile).toBe('staging');
    expect((await home.run(['whoami', '--profile', 'production'])).exitCode).toBe(2);
    expect(await home.run(['logout', '--profile', 'production'])).toMatchObject({
      exitCode: 4,
      stderr: '✗ There is no profile “production”.\n  There are: staging.\n',
    });
  });
});
