import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { failure } from '../helpers/failure.js';
import { Home, type Serving } from '../helpers/home.js';
import { closedPort, startReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';

/** A machine whose service runs. */
const machine = new Home(afterAll);
let serving: Serving;

beforeAll(async () => {
  ({ serving } = await machine.serve());
});

const credentials = { CALREPLY_CLIENT_ID: 'me', CALREPLY_CLIENT_SECRET: 'secret' };

test('a service that cannot be reached ends with 5', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;

  expect(await failure(new Home(onTestFinished), ['whoami', '--api-url', url], { env: credentials })).toEqual({
    exitCode: 5,
    code: 'ServiceUnreachable',
    reason: `The service at ${url} cannot be reached: nothing listens there.`,
    hint: 'Check the address and your connection. To look closer: calreply doctor',
  });
});

test('something else that answers at the address is not taken for the service', async () => {
  const app = await startReceivingApp(onTestFinished, { answer: () => ({ status: 200, body: '<html>' }) });
  const url = `http://127.0.0.1:${app.port}`;

  const failed = await failure(new Home(onTestFinished), ['whoami', '--api-url', url], { env: credentials });

  expect(failed).toMatchObject({ exitCode: 5, code: 'ServiceUnreachable' });
});

test('no credentials, wrong ones and those of somebody else end with 3', async () => {
  const stranger = new Home(onTestFinished);

  expect(await failure(stranger, ['whoami', '--api-url', serving.url])).toEqual({
    exitCode: 3,
    code: 'Unauthorized',
    reason: `There are no credentials for ${serving.url}.`,
    hint: `Log in with: calreply login --api-url ${serving.url}`,
  });
  expect(await failure(stranger, ['whoami', '--api-url', serving.url], { env: credentials })).toMatchObject({
    exitCode: 3,
    code: 'InvalidCredentials',
    hint: 'Check CALREPLY_CLIENT_ID and CALREPLY_CLIENT_SECRET in the environment, or unset both to use a profile.',
  });
});

test('a port that is taken ends with 1 and names another', async () => {
  const app = await startReceivingApp(onTestFinished);
  const home = new Home(onTestFinished);

  const failed = await home.run(['serve', '--port', String(app.port), '--json']);

  expect(failed).toMatchObject({ exitCode: 1, stderr: '' });
  expect(JSON.parse(failed.stdout)).toEqual({
    error: {
      code: 'PortTaken',
      reason: `Port ${app.port} on 127.0.0.1 is taken by another program.`,
      hint: `Choose another with --port, such as --port ${app.port + 1}.`,
    },
  });
});

test('a second service on the same data folder ends with 1 and names the process that has it', async () => {
  expect(await failure(machine, ['serve', '--port', '0'])).toEqual({
    exitCode: 1,
    code: 'DataFolderInUse',
    reason: `The data folder ${serving.dataDir} is in use by another service (process ${serving.pid}).`,
    hint: 'Use the one that runs, stop it, or choose another folder with --data-dir.',
  });
});

test('a data folder that cannot be written ends with 1', async () => {
  const home = new Home(onTestFinished);
  // A file in its way, since rights do not stop root.
  writeFileSync(join(home.work, 'file'), '');

  const failed = await failure(home, ['serve', '--port', '0', '--data-dir', 'file/data']);

  expect(failed).toMatchObject({ exitCode: 1, code: 'DataFolderUnusable' });
  expect(failed.reason).toMatch(/^The data folder \/\S+\/file\/data cannot be used: .+\.$/);
  expect(failed.hint).toMatch(/^Check that the folder exists, is yours and has space left/);
});

test('a settings file that is not JSON ends with 1 once, and is kept beside', async () => {
  const home = new Home(onTestFinished);
  mkdirSync(home.configFolder, { recursive: true });
  const path = join(home.configFolder, 'config.json');
  writeFileSync(path, '{ "currentProfile": ');

  expect(await home.run(['logout'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `✗ ${path} could not be understood. It is kept as ${path}.bad.\n  Commands use the embedded service until you log in again with: calreply login\n`,
  });
  expect(readdirSync(home.configFolder)).toEqual(['config.json.bad']);
  expect(readFileSync(`${path}.bad`, 'utf8')).toBe('{ "currentProfile": ');
  // The next command starts anew.
  expect((await home.run(['logout'])).exitCode).toBe(3);

  writeFileSync(path, '[]');
  const { exitCode, stdout } = await home.run(['logout', '--json']);
  expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({
    exitCode: 1,
    error: { code: 'SettingsUnreadable', hint: expect.stringContaining('log in again with: calreply login') },
  });
});

test('a config folder that cannot be written ends with 1 and names the variable for another', async () => {
  const home = new Home(onTestFinished);
  const { clientId, clientSecret } = localCredentials(machine);
  writeFileSync(join(home.work, 'file'), '');

  const failed = await failure(home, ['login', '--api-url', serving.url, '--client-id', clientId, '--secret-stdin'], {
    input: clientSecret,
    env: { CALREPLY_CONFIG_DIR: join(home.work, 'file', 'config') },
  });

  expect(failed).toMatchObject({
    exitCode: 1,
    code: 'SettingsUnreadable',
    hint: 'Check the rights on the folder, or name another one in CALREPLY_CONFIG_DIR.',
  });
});
