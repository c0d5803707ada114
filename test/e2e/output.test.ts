import { spawn } from 'node:child_process';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook } from '../../src/api/contract.js';
import { BIN } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';

const home = new Home(afterAll);
let webhook: CreatedWebhook;

beforeAll(async () => {
  await home.serve();
  webhook = await home.json<CreatedWebhook>(['webhooks', 'add', 'https://example.com/hooks']);
});

/** The start of every colour code. */
const ESCAPE = '\u001b[';

describe('in a pipe', () => {
  test('a list is a head line and rows with tabs between, nothing cut and nothing coloured', async () => {
    const long = `https://example.com/${'long/'.repeat(60)}`;
    const { id } = await home.json<CreatedWebhook>(['webhooks', 'add', long, '--events', 'test', '--disabled']);

    const { stdout, stderr } = await home.run(['webhooks', 'list']);

    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'ID\tURL\tTYPES\tSTATE',
      `${webhook.id}\thttps://example.com/hooks\tall types\ton`,
      `${id}\t${long}\tTest\toff`,
      '',
    ]);
  });

  test('a list stays plain when colours are forced, since programs take it apart', async () => {
    const { stdout } = await home.run(['webhooks', 'list'], { env: { FORCE_COLOR: '1' } });

    expect(stdout).not.toContain(ESCAPE);
  });

  test('JSON is JSON when colours are forced', async () => {
    expect(await home.json(['webhooks', 'show', webhook.id], { env: { FORCE_COLOR: '1' } })).toMatchObject({
      id: webhook.id,
    });
  });
});

describe('colours', () => {
  const state = async (env: Record<string, string>, ...flags: string[]) => {
    const { stdout } = await home.run(['webhooks', 'show', webhook.id, ...flags], { env });
    return stdout.split('\n').find((line) => line.includes('state'));
  };
  const plain = 'state    on';

  test('are left out in a pipe', async () => {
    expect(await state({})).toBe(plain);
  });

  test('are there with FORCE_COLOR, and with --color', async () => {
    const green = `${ESCAPE}32mon${ESCAPE}39m`;

    expect(await state({ FORCE_COLOR: '1' })).toContain(green);
    expect(await state({}, '--color')).toContain(green);
    expect(await state({ NO_COLOR: '1' }, '--color')).toContain(green);
  });

  test('are left out with --no-color and with FORCE_COLOR=0', async () => {
    expect(await state({}, '--no-color')).toBe(plain);
    expect(await state({ FORCE_COLOR: '0' }, '--color')).toBe(plain);
  });
});

test('help is on stdout and names what there is', async () => {
  const whole = await home.run(['--help']);
  const listen = await home.run(['listen', '--help']);

  expect(whole).toMatchObject({ exitCode: 0, stderr: '' });
  for (const name of ['webhooks', 'events', 'notifications', 'listen', 'serve', 'login', 'demo'])
    expect(whole.stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
  expect(listen.stdout).toContain('$ calreply listen --forward-to localhost');
  expect(listen.stdout).toContain('EXIT CODES');
});

describe('a reader that goes away, as in | head -n 0,', () => {
  test.each(['webhooks list', 'webhooks list --json', 'events types', '--help'])(
    'ends the command quietly with 0: calreply %s',
    async (args) => {
      expect(await endWithoutReader(args)).toEqual({ exitCode: 0, stderr: '' });
    },
  );

  test('is no failure either when there was more than fits into the pipe: | head -n 1', async () => {
    const headers = Array.from({ length: 20 }, (_, i) => ['--header', `x-${i}: ${'long '.repeat(800)}`]).flat();
    const { id } = await home.json<CreatedWebhook>([
      'webhooks',
      'add',
      'https://example.com',
      '--disabled',
      ...headers,
    ]);
    const command = `"${process.execPath}" "${BIN}" webhooks show ${id} --json`;

    const piped = await execa('sh', ['-c', `{ ${command}; echo "ended with $?" >&2; } | head -n 1`], {
      cwd: home.work,
      env: { PATH: process.env.PATH, HOME: home.home },
      extendEnv: false,
    });

    expect(piped).toMatchObject({ stdout: '{', stderr: 'ended with 0' });
  });

  test('does not turn a failure into a success', async () => {
    expect(await endWithoutReader('events show nothing --json')).toEqual({ exitCode: 4, stderr: '' });
  });
});

test.skipIf(process.platform !== 'linux')(
  'an output that cannot be written is one line on stderr, and a failure',
  async () => {
    for (const args of ['events types', 'events types --json', 'help', '--version']) {
      const command = `"${process.execPath}" "${BIN}" ${args} > /dev/full`;
      const { exitCode, stderr } = await execa('sh', ['-c', command], { reject: false });
      expect({ exitCode, stderr }, args).toEqual({
        exitCode: 1,
        stderr: '✗ Standard output cannot be written: no space is left on its disk.',
      });
    }
  },
);

test.skipIf(process.platform !== 'linux')('a secret that could not be shown can be replaced', async () => {
  const command = `"${process.execPath}" "${BIN}" webhooks add https://example.com --json > /dev/full`;
  const env = { PATH: process.env.PATH, HOME: home.home };

  const { exitCode, stderr } = await execa('sh', ['-c', command], { env, extendEnv: false, reject: false });

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^ {2}The secret of (whk_\w+) was not shown\. .*calreply webhooks rotate-secret \1$/m);
});

/** How a command ends whose standard output is closed before it prints anything. */
async function endWithoutReader(args: string): Promise<{ exitCode: unknown; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args.split(' ')], {
    cwd: home.work,
    env: { PATH: process.env.PATH, HOME: home.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.destroy();
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  return { exitCode, stderr };
}
