import { Args, Command, Flags } from '@oclif/core';
import { expect, test } from 'vitest';
import { commandConfig } from '../../../src/cli/command-config.js';
import { parserText } from '../../../src/cli/parser-text.js';
import { Program } from '../../../src/cli/program.js';

const config = commandConfig(new Program('.'));

class Example extends Command {
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_….', ignoreStdin: true }) };
  static override flags = {
    to: Flags.string({ multiple: true }),
    status: Flags.string({ options: ['pending', 'failed'] }),
    limit: Flags.integer({ min: 1, max: 1000 }),
    check: Flags.boolean({ exclusive: ['dry-run', 'status'] }),
    'dry-run': Flags.boolean(),
    name: Flags.string({ dependsOn: ['limit'] }),
  };
  async run() {
    await this.parse(Example);
  }
}

class Needing extends Command {
  static override args = { shell: Args.string({ options: ['bash', 'zsh'], ignoreStdin: true }) };
  static override flags = { 'forward-to': Flags.string({ required: true }) };
  async run() {
    await this.parse(Needing);
  }
}

const told = (Class: typeof Example | typeof Needing, ...argv: string[]) =>
  new Class(argv, config).run().then(
    () => undefined,
    (error: Error) => parserText(error.message),
  );

test.each<[string, string]>([
  ['', 'ID is missing: its id, whk_….'],
  ['--limit 1', 'ID is missing: its id, whk_….'],
  ['a b', 'There is one word too many: b'],
  ['a b c', 'There are words too many: b, c'],
  ['a --status lost', '--status cannot be “lost”. It is one of pending, failed.'],
  ['a --status', '--status needs a value. It is one of pending, failed.'],
  ['a --to', '--to needs a value.'],
  ['a --limit 1 --limit 2', '--limit is there twice.'],
  ['a --limit many', '--limit is a whole number, not “many”.'],
  ['a --limit 0', '--limit is at least 1, not 0.'],
  ['a --limit 1001', '--limit is at most 1000, not 1001.'],
  ['a --check --dry-run', '--dry-run and --check do not go together.'],
  ['a --check --dry-run --name x', '--dry-run and --check do not go together. --name needs --limit.'],
  ['a --name x', '--name needs --limit.'],
])('the command line “%s” is answered in our words', async (line, text) => {
  expect(await told(Example, ...line.split(' ').filter(Boolean))).toBe(text);
});

test('a missing flag and a value that is none of an argument’s are too', async () => {
  expect(await told(Needing)).toBe('--forward-to is missing.');
  expect(await told(Needing, '--forward-to', 'x', 'powershell')).toBe(
    'It cannot be “powershell”. It is one of bash, zsh.',
  );
});

test('a text that is not known stays as it is, on one line', () => {
  expect(parserText('Something new\n  of oclif')).toBe('Something new of oclif');
});
