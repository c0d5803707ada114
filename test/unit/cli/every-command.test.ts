import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ErrorJson } from '../../../src/cli/output/errors.js';
import { Program } from '../../../src/cli/program.js';
import { ERRORS } from '../../../src/errors.js';
import { everyCommand, flagsOf, helpInProcess, runInProcess } from '../../helpers/in-process.js';
import { leastArguments } from '../../helpers/least-arguments.js';

/* What scripts may rely on, whichever command they run. A new command is tested here by being there. */

const commands = await everyCommand();
const descriptions = new Program(fileURLToPath(new URL('../../../', import.meta.url))).commands();
/** Those that ask a service. */
/** Those that ask the service; doctor ends with what it finds, and has tests of its own. */
const asking = commands.filter((command) => 'local' in flagsOf(command) && command.id !== 'doctor');
/** `help --help` is the page of the whole program. */
const described = commands.filter(({ id }) => id !== 'help' && Object.hasOwn(descriptions, id.replaceAll(' ', ':')));

/** SIGHUP, SIGINT, SIGQUIT and SIGTERM, as shells count. */
const SIGNALS = [129, 130, 131, 143];

describe.each(commands)('$id', (command) => {
  const { Command } = command;

  test('says what it does, in a sentence', () => {
    expect(Command.summary).toMatch(/^\p{Lu}.*\.$/u);
  });

  test('ends its description with the exit codes it has, which are those there are', () => {
    const known = new Set([0, ...SIGNALS, ...Object.values(ERRORS).map(({ exitCode }) => exitCode)]);

    expect(exitCodesOf(Command.description)).not.toEqual([]);
    expect(exitCodesOf(Command.description).filter((code) => !known.has(code))).toEqual([]);
  });

  test('ends by any signal when it ends by one', () => {
    const bySignal = exitCodesOf(Command.description).filter((code) => SIGNALS.includes(code));

    // A prompt ends by ^C alone.
    expect([[], [130], SIGNALS]).toContainEqual(bySignal);
  });

  test('has an example, and every example runs it', () => {
    expect(Command.examples?.length).toBeGreaterThan(0);
    for (const example of Command.examples ?? []) expect(example).toContain('<%= config.bin %> <%= command.id %>');
  });

  test('has --json, and words for each flag and argument', () => {
    expect(Command.enableJsonFlag).toBe(true);
    for (const [name, { summary }] of Object.entries(flagsOf(command))) expect(summary, `--${name}`).toMatch(/\.$/);
    for (const [name, { description }] of Object.entries(Command.args)) expect(description, name).toMatch(/\.$/);
  });

  test('takes one value for each mention of a flag, so that an argument may follow', () => {
    const greedy = Object.entries(flagsOf(command)).filter(([, flag]) => flag.multiple && !flag.multipleNonGreedy);

    expect(greedy).toEqual([]);
  });

  test('refuses a flag that it has not, and tells a person and a program the same', async () => {
    const forPerson = await runInProcess(command, ['--not-a-flag']);
    const forProgram = await runInProcess(command, ['--not-a-flag', '--json']);

    expect(forProgram).toMatchObject({ exitCode: 2, stderr: '' });
    const { error } = JSON.parse(forProgram.stdout) as ErrorJson;
    expect(error).toEqual({
      code: 'WrongUse',
      reason: `calreply ${command.id} has no flag --not-a-flag.`,
      hint: expect.any(String),
    });
    expect(forPerson).toEqual({ exitCode: 2, stdout: '', stderr: `✗ ${error.reason}\n  ${error.hint}\n` });
  });
});

test.each(described)('$id --help is on stdout alone, and begins with what the command does', async (command) => {
  const { exitCode, stdout, stderr } = await helpInProcess(command);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.replace(/\s+/g, ' ')).toContain(`${command.Command.summary} USAGE`);
});

describe.each(asking)('$id', (command) => {
  const { id, Command } = command;
  const args = leastArguments({
    id: id.replaceAll(' ', ':'),
    args: Command.args,
    flags: { ...Command.baseFlags, ...Command.flags } as never,
  });

  test.each([
    [
      'a service that cannot be reached',
      5,
      'http://127.0.0.1:9',
      { CALREPLY_CLIENT_ID: 'x', CALREPLY_CLIENT_SECRET: 'x' },
    ],
    ['nobody being logged in', 3, 'https://api.example.com', {}],
  ])('ends with its exit code for %s', async (_, expected, url, credentials) => {
    const env = { CALREPLY_API_URL: url, ...credentials };
    const forPerson = await runInProcess(command, args, { env });
    const forProgram = await runInProcess(command, [...args, '--json'], { env });

    expect(forPerson.exitCode).toBe(forProgram.exitCode);
    expect(exitCodesOf(Command.description)).toContain(forProgram.exitCode);
    // 2: it needs more than can be told from its description, and says so first.
    expect([expected, 2]).toContain(forProgram.exitCode);
    expect(forProgram.stderr).toBe('');
    expect((JSON.parse(forProgram.stdout) as ErrorJson).error.code).toEqual(expect.any(String));
    expect(forPerson.stdout).toBe('');
    expect(forPerson.stderr).toMatch(/^✗ /m);
  });
});

/** `Exit codes: 0 done, 130 or 143 ended by a signal.` at the end of a description → 0, 130, 143 */
function exitCodesOf(description = ''): number[] {
  const [, list = ''] = /Exit codes: ([^\n]*)\.$/.exec(description) ?? [];
  return (list.match(/(?<=^|[,;] |or )\d+(?=[ ,])/g) ?? []).map(Number);
}

test.each([
  ['webhooks add', ['--events', 'subscribe', '--header', 'X-Team: crm', 'https://example.com/hooks']],
  ['webhooks update', ['--remove-header', 'X-Old', 'whk_1']],
  ['events resend', ['--to', 'whk_1', '0f1d5918-052d-4915-89a7-8cc9c4d33492']],
])('%s takes its argument behind its flags as well', async (id, args) => {
  const command = commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`there is no ${id}`);

  // It understood its arguments: it only does not know as whom to ask.
  expect(await runInProcess(command, [...args, '--api-url', 'https://example.com'])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('There are no credentials for https://example.com.'),
  });
});
