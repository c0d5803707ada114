import { afterAll, describe, expect, test } from 'vitest';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';

const home = new Home(afterAll);

describe('ends with 2, one sentence and a hint, when', () => {
  test.each([
    [
      'a flag does not exist',
      ['whoami', '--bogus'],
      'calreply whoami has no flag --bogus.',
      'See: calreply whoami --help',
    ],
    [
      'a flag is mistyped',
      ['notifications', 'list', '--statu=failed'],
      'calreply notifications list has no flag --statu.',
      'Did you mean: --status',
    ],
    [
      'there is nowhere to forward to',
      ['listen'],
      'There is nowhere to forward to: no --forward-to is given, and there is no calreply.json with routes here.',
      'Name the local app, such as --forward-to localhost:3000, or put routes into calreply.json.',
    ],
    [
      'an argument that is needed is missing',
      ['webhooks', 'show'],
      'ID is missing: its id, whk_…, or its URL.',
      'See: calreply webhooks show --help',
    ],
    [
      'two flags exclude each other',
      ['whoami', '--local', '--profile', 'x'],
      '--profile and --local do not go together.',
      'See: calreply whoami --help',
    ],
    [
      'a number is none',
      ['serve', '--port', 'many'],
      '--port is a whole number, not “many”.',
      'See: calreply serve --help',
    ],
    [
      'a number is too large',
      ['listen', '--forward-to', '3000', '--timeout', '2147484'],
      '--timeout is at most 2147483, not 2147484.',
      'See: calreply listen --help',
    ],
    [
      'a value is not one of those there are',
      ['notifications', 'list', '--status', 'lost'],
      '--status cannot be “lost”. It is one of pending, delivered, failed.',
      'See: calreply notifications list --help',
    ],
    [
      'the URL is missing and there is no terminal to ask',
      ['webhooks', 'add'],
      'The URL is missing, and there is no terminal to ask for it.',
      'See --help for all flags.',
    ],
    [
      'login has no service and there is no terminal to ask',
      ['login'],
      '--api-url is missing, and there is no terminal to ask for it.',
      'See --help for all flags.',
    ],
    [
      'login has no secret and there is no terminal to ask',
      ['login', '--api-url', 'https://api.example.com', '--client-id', 'me'],
      '--secret-stdin, --secret-file or CALREPLY_CLIENT_SECRET is missing, and there is no terminal to ask for it.',
      'See --help for all flags.',
    ],
    [
      'the service is named by something that is no URL',
      ['whoami', '--api-url', 'example'],
      '“example” is not the address of a service.',
      'It looks like https://api.example.com, or http://127.0.0.1:4280 on this machine.',
    ],
    [
      'the secret would travel unencrypted',
      ['login', '--api-url', 'http://api.example.com', '--client-id', 'me', '--secret-stdin'],
      '“http://api.example.com” is not the address of a service.',
      'It looks like https://api.example.com, or http://127.0.0.1:4280 on this machine.',
    ],
    [
      'there is nowhere to forward to',
      ['listen', '--forward-to', 'ftp://localhost'],
      '“ftp://localhost” is nowhere to forward to.',
      'It looks like 3000, localhost:3000/hooks, or http://localhost:3000/hooks.',
    ],
    [
      'a time is none',
      ['events', 'list', '--since', 'yesterday'],
      '“yesterday” is not a time.',
      'It looks like 10m, 2h, 7d, 1w, 2026-11-23, or 2026-11-23T15:04:05Z.',
    ],
    [
      'a header is none',
      ['webhooks', 'add', 'https://example.com', '--header', 'X-Team'],
      '“X-Team” is not a header.',
      "It looks like --header 'Name: value'.",
    ],
    [
      'there is nothing to change',
      ['webhooks', 'update', 'whk_1'],
      'There is nothing to change.',
      'Name --url, --events, --all-events, --header or --remove-header.',
    ],
    [
      'a profile does not exist',
      ['whoami', '--profile', 'nobody'],
      'There is no profile “nobody”.',
      'Make one with: calreply login',
    ],
  ])('%s', async (_, args, reason, hint) => {
    expect(await failure(home, args)).toMatchObject({ exitCode: 2, reason, hint });
  });

  test.each([
    ['the type of a trigger is not known', ['events', 'trigger', 'subscribed']],
    ['the type for a webhook is not known', ['webhooks', 'add', 'https://example.com', '--events', 'subscribed']],
    ['the type for a listener is not known', ['listen', '--forward-to', '9', '--events', 'subscribed']],
  ])('%s', async (_, args) => {
    expect(await failure(home, args)).toEqual({
      exitCode: 2,
      code: 'UnknownEventType',
      reason: expect.stringMatching(/^“subscribed” is not a type of event\. There are subscribe, .*, test\.$/),
      hint: expect.stringMatching(/^Did you mean: subscribe/),
    });
  });

  test('an event is not valid JSON', async () => {
    const failed = await failure(home, ['events', 'trigger', '--data', '-'], { input: '{' });

    expect(failed).toMatchObject({ exitCode: 2, code: 'WrongUse' });
    expect(failed.reason).toMatch(/^Standard input is not valid JSON: /);
  });

  test('a file cannot be read', async () => {
    const failed = await failure(home, ['events', 'trigger', '--data', 'nowhere.json']);

    expect(failed).toMatchObject({
      exitCode: 2,
      reason: 'nowhere.json cannot be read: there is no such file or folder.',
    });
  });
});

describe('a command that does not exist ends with 2', () => {
  test.each([
    ['trigger', 'Did you mean: calreply events trigger'],
    ['webhook lst', 'Did you mean: calreply webhooks list'],
    ['frobnicate', 'See: calreply help'],
  ])('%s', async (name, hint) => {
    expect(await failure(home, name.split(' '))).toMatchObject({
      exitCode: 2,
      code: 'WrongUse',
      reason: `There is no command “${name}”.`,
      hint,
    });
  });
});
