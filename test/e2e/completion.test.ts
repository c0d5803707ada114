import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, TriggeredEvent } from '../../src/api/contract.js';
import { SHELLS } from '../../src/cli/completion/shells.js';
import { EVENT_TYPES, kebabEventType } from '../../src/model/event-types.js';
import { Home } from '../helpers/home.js';
import { hasShell, typedInShell } from '../helpers/shell.js';
import { hasTerminal } from '../helpers/terminal.js';

const home = new Home(afterAll);
let webhook: CreatedWebhook;
let triggered: TriggeredEvent;

beforeAll(async () => {
  await home.serve();
  webhook = await home.json<CreatedWebhook>(['webhooks', 'add', 'https://example.com/hooks\u202e']);
  triggered = await home.json<TriggeredEvent>(['events', 'trigger', 'test']);
});

interface Credentials {
  readonly profiles: Readonly<
    Record<'local', { readonly clientSecret: string; readonly tokens: { expiresAt: number; refreshToken: string } }>
  >;
}

/** What a completion script is told for these words, of which the last is being typed. */
async function answer(words: readonly string[], { shell = 'zsh', breaks = '', at = home } = {}): Promise<string[]> {
  const { exitCode, stdout, stderr } = await at.run(['__complete', shell, breaks, '--', ...words]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe.each(SHELLS)('in %s', (shell) => {
  test('Tab completes commands, flags and values', async ({ skip }) => {
    if (!hasTerminal) skip('no `script` of util-linux on this machine');
    if (!hasShell(shell)) skip(`no ${shell} on this machine`);

    expect(await typedInShell(home, shell, 'calreply webh\tl\t--js\t\r')).toEqual(['webhooks list --json']);
    expect(await typedInShell(home, shell, 'calreply notifications list --status=fai\t\r')).toEqual([
      'notifications list --status=failed',
    ]);
    expect(await typedInShell(home, shell, 'calreply webhooks show wh\t\r')).toEqual([`webhooks show ${webhook.id}`]);
    expect(await typedInShell(home, shell, 'calreply events trigger --data lo\t\r')).toEqual([
      'events trigger --data log',
    ]);
  });

  test('its script is printed for its configuration, alone', async () => {
    const { exitCode, stdout, stderr } = await home.run(['autocomplete', shell]);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`__complete ${shell} `);
    expect(await home.json(['autocomplete', shell])).toEqual({ shell, script: stdout });
  });
});

describe('values', () => {
  test('event types are known without a service', async () => {
    const elsewhere = new Home(onTestFinished);
    const types: unknown[] = EVENT_TYPES.map((type): unknown =>
      expect.stringMatching(new RegExp(`^${kebabEventType(type)}\t.`)),
    );

    expect(await answer(['events', 'trigger', ''], { at: elsewhere })).toEqual(['values', ...types]);
  });

  test('profiles are those of this machine', async () => {
    expect(await answer(['whoami', '--profile', ''])).toEqual([
      'values',
      expect.stringMatching(/^local\thttp:\/\/127/),
    ]);
  });

  test('a token that had to be renewed for that is kept', async () => {
    const path = join(home.configFolder, 'credentials.json');
    const read = () => JSON.parse(readFileSync(path, 'utf8')) as Credentials;
    const { tokens, clientSecret } = read().profiles.local;
    writeFileSync(path, JSON.stringify({ profiles: { local: { clientSecret, tokens: { ...tokens, expiresAt: 1 } } } }));

    await answer(['webhooks', 'show', '']);

    const renewed = read().profiles.local;
    expect(renewed).toMatchObject({ clientSecret, tokens: { expiresAt: expect.any(Number) } });
    expect(renewed.tokens.expiresAt).toBeGreaterThan(Date.now());
    expect(renewed.tokens.refreshToken).not.toBe(tokens.refreshToken);
  });

  test('ids and codes come from the service, with nothing in their descriptions that could harm a terminal', async () => {
    const { eventId } = triggered.event;
    const [notification] = triggered.notifications;

    expect(await answer(['webhooks', 'show', ''])).toEqual([
      'values',
      `${webhook.id}\thttps://example.com/hooks%E2%80%AE`,
    ]);
    expect(await answer(['events', 'show', ''])).toEqual(['values', expect.stringMatching(`^${eventId}\tTest `)]);
    expect(await answer(['notifications', 'show', ''])).toEqual([
      'values',
      expect.stringMatching(`^${notification?.id}\tTest pending `),
    ]);
    expect(await answer(['events', 'trigger', 'test', '--calendar', ''])).toEqual([
      'values',
      expect.stringMatching(/^my-sports-calendar\t/),
    ]);
  });

  test('bash, which cannot show descriptions, is told those that fit, without what it keeps', async () => {
    const breaks = ' \t\n"\'><=;|&(:';
    const bash = (...words: string[]) => answer(words, { shell: 'bash', breaks });

    expect(await bash('webhooks', 's')).toEqual(['values', 'show']);
    expect(await bash('notifications', 'list', '--status', '=')).toEqual(['values', 'pending', 'delivered', 'failed']);
    expect(await bash('notifications', 'list', '--status', '=', 'del')).toEqual(['values', 'delivered']);
    expect(await bash('webhooks', 'update', 'x', '--events', 'test,uns')).toEqual(['values', 'test,unsubscribe']);
  });
});

describe('nothing is offered, and nothing said, when', () => {
  test.each([
    ['the service cannot be reached', { CALREPLY_API_URL: 'http://127.0.0.1:9' }],
    ['there are no credentials', { CALREPLY_API_URL: 'https://api.example.com' }],
    ['the profile does not exist', { CALREPLY_PROFILE: 'nobody' }],
  ])('%s', async (_, env) => {
    const asked = await home.run(['__complete', 'zsh', '', '--', 'webhooks', 'show', ''], { env });

    expect(asked).toEqual({ exitCode: 0, stdout: 'values\n', stderr: '' });
  });
});

test('autocomplete without a shell tells how to install it, for the shell of the login when it is known', async () => {
  const zsh = await home.run(['autocomplete'], { env: { SHELL: '/usr/bin/zsh' } });
  const other = await home.run(['autocomplete'], { env: { SHELL: '/bin/tcsh' } });

  expect(zsh).toMatchObject({ exitCode: 0, stderr: '' });
  expect(zsh.stdout).toContain('>> ~/.zshrc');
  expect(zsh.stdout).not.toContain('bash');
  for (const shell of SHELLS) expect(other.stdout).toContain(`calreply autocomplete ${shell}`);
});

test('autocomplete for another shell is wrong use', async () => {
  expect(await home.run(['autocomplete', 'tcsh'])).toMatchObject({ exitCode: 2, stdout: '' });
});
