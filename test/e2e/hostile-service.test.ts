import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedWebhook, TriggeredEvent } from '../../src/api/contract.js';
import { COLOR, HOSTILE_TEXTS, UNSAFE_CHARACTERS } from '../helpers/hostile-text.js';
import { Home } from '../helpers/home.js';
import { startPoisoningProxy } from '../helpers/poisoning-proxy.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { subscribe } from '../helpers/subscribe.js';
import { hasTerminal, inTerminal } from '../helpers/terminal.js';

/*
 * Whoever can put a word into an event, a name or an error must not reach the terminal of who reads it. Every command
 * that prints is run against a service that has put harm into every text of every answer.
 */

const WIDE = '宽字符 👩‍👩‍👧‍👦 e\u0301';
/** One of our own colours, which the door to the terminal lets through: only the one who prints the text can stop it. */
const RECOLOURED = '\u001b[31mRECOLOURED\u001b[39m';
const POISON = `${RECOLOURED}${HOSTILE_TEXTS.join('')}${UNSAFE_CHARACTERS.join('')}${WIDE}`;
/** Any character that acts on a terminal, but the tab and line feed of our own. */
const ACTS_ON_TERMINAL = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** That colour, let through into a terminal, or taken away on the way into a pipe: no mark and no escape stands for it. */
const WAS_RECOLOURED = /(?<!(?:�|\\u001b)\[31m)RECOLOURED/;

/** What stands for an id in a command below. */
type Ids = Record<'webhook' | 'event' | 'notification' | 'subscription', string>;

/** Every command that prints what a service says, with what it is run with. */
const COMMANDS: Readonly<Record<string, (ids: Ids) => readonly string[]>> = {
  whoami: () => [],
  'webhooks list': () => [],
  'webhooks show': ({ webhook }) => [webhook],
  'webhooks add': () => ['http://127.0.0.1:9/added'],
  'webhooks update': ({ webhook }) => [webhook, '--events', 'subscribe'],
  'webhooks disable': ({ webhook }) => [webhook],
  'webhooks enable': ({ webhook }) => [webhook],
  'webhooks rotate-secret': ({ webhook }) => [webhook],
  'webhooks test': ({ webhook }) => [webhook],
  'webhooks apply': () => ['webhooks.yaml', '--dry-run'],
  'events list': () => [],
  'events show': ({ event }) => [event],
  'events trigger': () => ['subscribe', '--seed', '7'],
  'events resend': ({ event }) => [event],
  'notifications list': () => [],
  'notifications show': ({ notification }) => [notification],
  'notifications retry': ({ notification }) => [notification],
  'notifications stats': () => [],
  'insights times': () => ['--include-tests'],
  'insights growth': () => ['--include-tests'],
  'insights campaigns': () => ['--include-tests'],
  'insights tags': () => ['--include-tests'],
  'subscribers list': () => ['--include-tests'],
  'subscriptions create': () => ['my-sports-calendar', '--account', 'your-account'],
  'subscriptions show': ({ subscription }) => [subscription],
  'subscriptions update': ({ subscription }) => [subscription, '--marketing'],
};

/** What those end with that find something wrong: the receiver answers 500. */
const EXIT_CODES: Readonly<Record<string, number>> = { 'webhooks test': 6 };

/** Those that print nothing of a service, or run on: these have tests of their own. */
const APART = [
  // They take no profile, so below they are run by themselves.
  'accounts add',
  'accounts list',
  'accounts rotate-credentials',
  'autocomplete',
  'demo',
  'doctor',
  'events types',
  'help',
  'listen',
  'login',
  'logout',
  'migrate',
  'notifications tail',
  'profiles list',
  'profiles remove',
  'profiles use',
  'serve',
  'subscribers export',
  'subscriptions cancel',
  'webhooks remove',
];

const home = new Home(afterAll);
let ids: Ids;
let poisoned: string;
let operatorKey: string;

beforeAll(async () => {
  const { serving } = await home.serve();
  const app = await startReceivingApp(afterAll, { answer: () => ({ status: 500, body: `answer${POISON}` }) });
  const { id: webhook } = await home.json<CreatedWebhook>(['webhooks', 'add', app.url, '--header', 'X-Team: crm']);
  const { event, notifications } = await home.json<TriggeredEvent>(['events', 'trigger', 'subscribe']);
  await app.arrived(1);
  const { subscriptionId: subscription } = await subscribe(home, serving, { emailAddress: 'dana@example.com' });
  ids = { webhook, event: event.eventId, notification: notifications[0]?.id ?? '', subscription };
  writeFileSync(join(home.work, 'webhooks.yaml'), 'webhooks:\n  - url: https://example.com/hooks\n');
  poisoned = await startPoisoningProxy(serving.url, POISON, afterAll);
  operatorKey = readFileSync(join(serving.dataDir, 'operator.key'), 'utf8').trim();
  await logIn(poisoned);
});

/** From here on, this home's commands talk to `url`. */
async function logIn(url: string): Promise<void> {
  const read = (name: string) => JSON.parse(readFileSync(`${home.configFolder}/${name}.json`, 'utf8')) as Profiles;
  const { clientId = '' } = read('config').profiles.local ?? {};
  const { clientSecret = '' } = read('credentials').profiles.local ?? {};
  const { exitCode, stdout, stderr } = await home.run(
    ['login', '--api-url', url, '--client-id', clientId, '--secret-stdin'],
    { input: clientSecret },
  );
  expect(exitCode).toBe(0);
  expect(stdout + stderr).not.toMatch(ACTS_ON_TERMINAL);
  expect(stdout + stderr).not.toMatch(WAS_RECOLOURED);
}

interface Profiles {
  readonly profiles: Readonly<Record<string, { readonly clientId?: string; readonly clientSecret?: string }>>;
}

const exitCodeOf = (command: string) => EXIT_CODES[command] ?? 0;
/** Their columns have only the beginning of what a service says. */
const NARROW = new Set([
  'events list',
  'insights campaigns',
  'insights tags',
  'notifications list',
  'subscribers list',
]);
const argsOf = (command: string) => [...command.split(' '), ...(COMMANDS[command]?.(ids) ?? [])];

test('every command is either here or known to have tests of its own', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')) as {
    commands: Record<string, { hidden?: boolean }>;
  };
  const names = Object.keys(manifest.commands).map((id) => id.replaceAll(':', ' '));

  expect([...Object.keys(COMMANDS), ...APART].sort()).toEqual(names.sort());
});

describe.each(Object.keys(COMMANDS))('%s lets no harm of a hostile service through', (command) => {
  // A pipe has the same texts without colours, so it is tried where no terminal can be.
  test(`in a ${hasTerminal ? 'terminal' : 'pipe'}`, async () => {
    const { exitCode, shown, raw } = await (hasTerminal ? inOneOfItsOwn(command) : inPipe(command));

    expect({ exitCode, shown }).toMatchObject({ exitCode: exitCodeOf(command) });
    expect(shown).toMatch(hasTerminal && NARROW.has(command) ? /👩|RECO/u : /宽字符/);
    expect(shown).not.toMatch(ACTS_ON_TERMINAL);
    expect(shown).not.toMatch(/undefined|NaN/);
    expect(raw).not.toMatch(WAS_RECOLOURED);
  });

  test('with --json, where it is whole and escaped', async () => {
    const { exitCode, stdout, stderr } = await home.run([...argsOf(command), '--json']);

    expect({ exitCode, stderr }).toMatchObject({ exitCode: exitCodeOf(command) });
    expect(stdout).not.toMatch(ACTS_ON_TERMINAL);
    expect(stringsIn(JSON.parse(stdout)).filter((text) => text.endsWith(POISON))).not.toEqual([]);
  });
});

test('in a pipe nothing of it is let through either, and nothing is recoloured', async () => {
  for (const command of ['webhooks list', 'notifications show']) {
    const { exitCode, shown } = await inPipe(command);

    expect({ exitCode, shown }).toMatchObject({ exitCode: exitCodeOf(command) });
    expect(shown).toContain('宽字符');
    expect(shown).not.toMatch(ACTS_ON_TERMINAL);
    expect(shown).not.toMatch(WAS_RECOLOURED);
  }
});

/** What a command prints into a pipe. */
async function inPipe(command: string) {
  const { exitCode, stdout, stderr } = await home.run(argsOf(command));
  return { exitCode, shown: stdout + stderr, raw: stdout + stderr };
}

/** What it prints in a terminal: as it comes, and without colours and what draws a line of ours anew. */
async function inOneOfItsOwn(command: string) {
  const { exitCode, screen } = await inTerminal(home, argsOf(command).join(' '));
  // A line of ours that is drawn over; what a service says cannot begin a line so.
  const shown = screen.replaceAll('\r\n', '\n').replaceAll('\r\u001b[K', '').replace(COLOR, '');
  return { exitCode, shown, raw: screen };
}

test.each([['add', 'Acme'], ['add', 'Acme'], ['rotate-credentials', 'acme'], ['list']])(
  'accounts %s lets none through either',
  async (...args) => {
    for (const flags of [[], ['--json']]) {
      const env = { CALREPLY_OPERATOR_KEY: operatorKey };
      const command = ['accounts', ...args, '--api-url', poisoned, ...flags];
      const { stdout, stderr } = await home.run(command, { env });

      expect(stdout + stderr).toContain('宽字符');
      expect(stdout + stderr).not.toMatch(ACTS_ON_TERMINAL);
      if (flags.length === 0) expect(stdout + stderr).not.toMatch(WAS_RECOLOURED);
    }
  },
);

test('notifications tail lets none through either', async () => {
  for (const flags of [[], ['--json']]) {
    const tail = home.start(['notifications', 'tail', '--since', '1h', ...flags]);
    await tail.line(/宽字符/);
    const { stdout, stderr } = await tail.stop('SIGTERM');

    expect(stdout + stderr).not.toMatch(ACTS_ON_TERMINAL);
    if (!flags.includes('--json')) expect(stdout + stderr).not.toMatch(WAS_RECOLOURED);
    expect(stdout).not.toMatch(/undefined|NaN/);
  }
});

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
