import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kindOfArgument, kindOfFlag, VALUE_KINDS } from '../../../../src/cli/completion/value-kinds.js';
import { whatIsNext } from '../../../../src/cli/completion/what-is-next.js';
import { Program } from '../../../../src/cli/program.js';

const program = new Program(fileURLToPath(new URL('../../../../', import.meta.url)));
const commands = program.commands();
const next = (...words: string[]) => whatIsNext(words, commands, program.packageJson.oclif.topics);
const values = (...words: string[]) => next(...words).candidates.map(({ value }) => value);

describe('the words of a command', () => {
  test('are offered one by one, with what they are for', () => {
    expect(values('')).toEqual(expect.arrayContaining(['webhooks', 'listen', 'help']));
    expect(next('').candidates).toContainEqual({
      value: 'webhooks',
      description: program.packageJson.oclif.topics.webhooks?.description,
    });
    expect(values('webhooks', '')).toEqual(expect.arrayContaining(['add', 'list']));
    expect(values('webhooks', '')).not.toContain('listen');
  });

  test('are offered behind help, too', () => {
    expect(values('help', '')).toEqual(values(''));
    expect(values('help', 'events', 'tr')).toEqual(values('events', 'tr'));
    expect(values('help', 'whoami', '')).toEqual([]);
  });

  test('end where there is no such command', () => {
    expect(values('frobnicate', '')).toEqual([]);
    expect(values('webhooks', 'frobnicate', '')).toEqual([]);
  });
});

describe('flags', () => {
  test('are those of the command, its own first, and --help', () => {
    const flags = values('webhooks', 'add', '--');

    expect(flags).toEqual(expect.arrayContaining(['--events', '--no-color', '--json']));
    expect(flags.indexOf('--events')).toBeLessThan(flags.indexOf('--json'));
    expect(flags.at(-1)).toBe('--help');
    expect(values('--')).toEqual(['--help', '--version']);
  });

  test('are not offered again, unless they can be given several times', () => {
    expect(values('notifications', 'list', '--status', 'failed', '--')).not.toContain('--status');
    expect(values('notifications', 'list', '-n5', '-n', '5', '--')).not.toContain('--limit');
    expect(values('webhooks', 'add', '--header', 'a: b', '--')).toContain('--header');
  });

  test('are not offered beside one that excludes them', () => {
    expect(values('whoami', '--local', '--')).not.toContain('--profile');
  });

  test('are offered unasked where nothing else can follow', () => {
    expect(values('webhooks', 'list', '')).toEqual(values('webhooks', 'list', '--'));
    expect(values('webhooks', 'list', 'x')).toEqual([]);
    expect(values('webhooks', 'list', '--', '')).toEqual([]);
  });
});

describe('values', () => {
  test('are the options of a flag, in both spellings of it', () => {
    expect(values('notifications', 'list', '--status', '')).toContain('failed');
    expect(next('notifications', 'list', '--status=f')).toMatchObject({
      prefix: '--status=',
      candidates: expect.arrayContaining([{ value: 'failed', description: '' }]),
    });
  });

  test('of a list with commas follow what is there, each once', () => {
    expect(next('webhooks', 'add', '--events', 'subscribe,test,un')).toMatchObject({
      kind: 'event-type',
      prefix: 'subscribe,test,',
      taken: ['subscribe', 'test'],
    });
    expect(next('webhooks', 'add', '-e', 'test', '--events=')).toMatchObject({ prefix: '--events=', taken: ['test'] });
  });

  test('of an argument are what its topic is about, also behind flags', () => {
    expect(next('webhooks', 'show', '').kind).toBe('webhook');
    expect(next('webhooks', 'show', '--profile', 'x', '--json', '').kind).toBe('webhook');
    expect(next('events', 'show', '--', '').kind).toBe('event');
    expect(next('notifications', 'show', 'ntf').kind).toBe('notification');
    expect(next('events', 'trigger', '').kind).toBe('event-type');
  });

  test.each(VALUE_KINDS)('of the kind %s are wanted by some flag or argument', (kind) => {
    const kinds = Object.values(commands).flatMap((command) => [
      ...Object.values(command.flags).map(kindOfFlag),
      ...Object.values(command.args).map((argument) => kindOfArgument(command, argument)),
    ]);

    expect(kinds).toContain(kind);
  });
});
