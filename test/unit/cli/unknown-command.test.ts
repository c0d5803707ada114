import { describe, expect, test } from 'vitest';
import { Program } from '../../../src/cli/program.js';
import { unknownCommand } from '../../../src/cli/unknown-command.js';

const without = { strict: true, args: {} };
const withId = { strict: true, args: { id: { name: 'id' } } };
const COMMANDS = [
  { id: 'events:list', ...without },
  { id: 'events:trigger', strict: true, args: { type: { name: 'type' } } },
  { id: 'help', strict: false, args: {} },
  { id: 'listen', ...without },
  { id: 'secret', hidden: true, ...without },
  { id: 'webhooks:add', ...withId },
  { id: 'webhooks:list', ...without },
  { id: 'webhooks:show', ...withId },
  { id: 'whoami', ...without },
];

const told = (line: string) => {
  const error = unknownCommand(line === '' ? [] : line.split(' '), COMMANDS);
  return error && { code: error.code, reason: error.message, hint: error.hint };
};
const unknown = (words: string, hint: string) => ({
  code: 'WrongUse',
  reason: `There is no command “${words}”.`,
  hint,
});

test.each([
  '',
  '--help',
  '-h',
  'help',
  'help --json',
  'help --help',
  'help webhooks',
  'help webhooks list',
  'webhooks',
  'webhooks --help',
  'webhooks list',
  'webhooks:list --json',
  'webhooks list --json --profile x',
  'webhooks show whk_1',
  'secret',
])('leaves “%s” to the command or to help', (line) => {
  expect(told(line)).toBeUndefined();
});

describe('names what was probably meant', () => {
  test.each([
    ['webhook lst', 'webhook lst', 'Did you mean: calreply webhooks list'],
    ['webhooks lst --json', 'webhooks lst', 'Did you mean: calreply webhooks list'],
    ['webhook shwo whk_1', 'webhook shwo', 'Did you mean: calreply webhooks show'],
    ['webhok', 'webhok', 'Did you mean: calreply webhooks'],
    ['whoam', 'whoam', 'Did you mean: calreply whoami'],
    ['help webhook', 'webhook', 'Did you mean: calreply webhooks'],
    ['list webhooks', 'list webhooks', 'Did you mean: calreply webhooks list'],
    ['trigger subscribe', 'trigger', 'Did you mean: calreply events trigger'],
    ['list', 'list', 'Did you mean: calreply events list or calreply webhooks list'],
  ])('%s', (line, words, hint) => {
    expect(told(line)).toEqual(unknown(words, hint));
  });
});

describe('knows what others call it', () => {
  test.each([
    ['webhooks create', 'webhooks create', 'Did you mean: calreply webhooks add'],
    ['webhooks ls', 'webhooks ls', 'Did you mean: calreply webhooks list'],
    ['webhooks get whk_1', 'webhooks get', 'Did you mean: calreply webhooks show'],
    ['endpoints create', 'endpoints', 'Did you mean: calreply webhooks add'],
    ['endpoints', 'endpoints', 'Did you mean: calreply webhooks'],
    ['status', 'status', 'Did you mean: calreply whoami'],
    ['ls', 'ls', 'Did you mean: calreply events list or calreply webhooks list'],
    ['-V', '-V', 'Did you mean: calreply --version'],
    ['-version', '-version', 'Did you mean: calreply --version'],
  ])('%s', (line, words, hint) => {
    expect(told(line)).toEqual(unknown(words, hint));
  });

  test('of the whole program', () => {
    const all = Object.values(new Program('.').commands());
    const hint = (line: string) => unknownCommand(line.split(' '), all)?.hint;
    expect(hint('completion')).toBe('Did you mean: calreply autocomplete');
    expect(hint('logs tail')).toBe('Did you mean: calreply notifications tail');
    expect(hint('status')).toBe('Did you mean: calreply doctor or calreply whoami');
    expect(hint('webhooks delete')).toBe('Did you mean: calreply webhooks remove');
    expect(hint('webhooks rm')).toBe('Did you mean: calreply webhooks remove');
  });
});

test('lists the commands of a topic when nothing is close', () => {
  const hint = 'There are: webhooks add, webhooks list, webhooks show.';

  expect(told('webhooks frobnicate')).toEqual(unknown('webhooks frobnicate', hint));
  expect(told('webhooks frobnicate x --help')).toEqual(unknown('webhooks frobnicate', hint));
});

test('points to help when nothing is close at all, and never to what is hidden', () => {
  expect(told('frobnicate')).toEqual(unknown('frobnicate', 'See: calreply help'));
  expect(told('secre')).toEqual(unknown('secre', 'See: calreply help'));
});

test('a program that asks for a topic is told the commands, since help is no JSON', () => {
  expect(told('webhooks --json')).toEqual({
    code: 'WrongUse',
    reason: '“webhooks” is not a command, but the start of some.',
    hint: 'There are: webhooks add, webhooks list, webhooks show.',
  });
  expect(told('webhooks --json --help')).toBeUndefined();
  expect(told('help webhooks --json')).toBeUndefined();
});

test('a flag in front of the command has its place shown', () => {
  expect(told('--json whoami')).toEqual(
    unknown('--json', 'Flags come after the command: calreply webhooks list --json'),
  );
});

test('a word behind a command without arguments is an argument too many', () => {
  expect(told('whoami list')).toEqual({
    code: 'WrongUse',
    reason: 'There is one word too many: list',
    hint: 'See: calreply whoami --help',
  });
});
