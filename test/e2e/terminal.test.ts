import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, WebhookList } from '../../src/api/contract.js';
import { Home } from '../helpers/home.js';
import { hasTerminal, inTerminal } from '../helpers/terminal.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
  const long = `https://example.com/${'long/'.repeat(60)}`;
  await home.json<CreatedWebhook>(['webhooks', 'add', long, '--events', 'test']);
});

beforeEach(({ skip }) => {
  if (!hasTerminal) skip('no `script` of util-linux on this machine');
});

const GREEN = '\u001b[32m';

test('a list is a table in colours, no wider than the terminal', async () => {
  const { exitCode, screen } = await inTerminal(home, 'webhooks list');

  expect(exitCode).toBe(0);
  expect(screen).toContain(`${GREEN}on`);
  expect(screen).toContain('…');
  expect(screen).not.toContain('\t');
  const lines = stripVTControlCharacters(screen).split('\r\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('NO_COLOR turns the colours off', async () => {
  const { screen } = await inTerminal(home, 'webhooks list', { env: { NO_COLOR: '1' } });

  expect(screen).toMatch(/ on\r/);
  expect(screen).not.toContain('\u001b[');
});

describe('each stream decides on its own colours', () => {
  const RED = '\u001b[31m';
  const fileOf = (name: string) => readFileSync(join(home.work, name), 'utf8');

  test('an error in the terminal has them while the result goes into a file', async () => {
    const { exitCode, screen } = await inTerminal(home, 'webhooks show nothing > result.txt');

    expect(exitCode).toBe(4);
    expect(screen).toContain(`${RED}✗`);
    expect(fileOf('result.txt')).toBe('');
  });

  test('an error in a file has none while the result is in the terminal', async () => {
    const { exitCode, screen } = await inTerminal(home, 'webhooks show nothing 2> error.txt');

    expect({ exitCode, screen }).toEqual({ exitCode: 4, screen: '' });
    expect(fileOf('error.txt')).toMatch(/^✗ /);
  });

  test('a result in the terminal has them while stderr goes into a file, and the reverse', async () => {
    expect((await inTerminal(home, 'webhooks list 2> error.txt')).screen).toContain(`${GREEN}on`);
    expect((await inTerminal(home, 'webhooks list > result.txt')).screen).toBe('');
    expect(fileOf('result.txt')).not.toContain('\u001b');
  });
});

test('^C at a question ends with 130 and no more words', async () => {
  const { exitCode, screen } = await inTerminal(new Home(onTestFinished), 'login', {
    prompt: 'Service URL',
    keys: '\u0003',
  });

  expect(exitCode).toBe(130);
  expect(screen).not.toMatch(/✗|Error/);
});

test('webhooks add asks for what no flag says, and refuses what cannot be as it is typed', async () => {
  const { exitCode, screen } = await inTerminal(home, 'webhooks add --write-env .env', {
    steps: [
      ['POSTed to?', 'ftp://example.com\r'],
      ['is not a URL', '\u0015https://example.com/asked#part\r'],
      ['Which types', ' \u001b[B \r'],
      ['Send a header of your own', 'Host: x\r'],
      ['is set by the service itself', '\u0015X-Team: crm\r'],
      ['Another header?', '\r'],
      ['Register this webhook?', '\r'],
    ],
  });

  expect(exitCode).toBe(0);
  expect(screen).not.toContain('whsec_');
  const { webhooks } = await home.json<WebhookList>(['webhooks', 'list']);
  expect(webhooks.at(-1)).toMatchObject({
    url: 'https://example.com/asked',
    eventTypes: ['Subscribe', 'Unsubscribe'],
    headers: { 'X-Team': 'crm' },
    enabled: true,
  });
});

test('webhooks add asks nothing that a flag says, and registers nothing on a no', async () => {
  const before = await home.json<WebhookList>(['webhooks', 'list']);
  const { exitCode, screen } = await inTerminal(home, "webhooks add --all-events --header 'X-Team: crm'", {
    steps: [
      ['POSTed to?', 'https://example.com/no\r'],
      ['Register this webhook?', 'n\r'],
    ],
  });

  expect(exitCode).toBe(2);
  expect(screen).toContain('Nothing was registered.');
  expect(screen).not.toMatch(/Which types|Send a header of your own/);
  expect(await home.json(['webhooks', 'list'])).toEqual(before);
});

test('webhooks remove asks, and keeps the webhook unless the answer is yes', async () => {
  const { id } = await home.json<CreatedWebhook>(['webhooks', 'add', 'https://example.com/kept']);
  const answered = (keys: string) =>
    inTerminal(home, `webhooks remove ${id}`, { prompt: 'Take off https://example.com/kept?', keys });

  expect(await answered('\r')).toMatchObject({ exitCode: 2, screen: expect.stringContaining('Nothing was removed.') });
  expect(await answered('y\r')).toMatchObject({
    exitCode: 0,
    screen: expect.stringContaining('is taken off; its history stays.'),
  });
});
