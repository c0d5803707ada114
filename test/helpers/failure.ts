import { expect } from 'vitest';
import type { ErrorJson } from '../../src/cli/output/errors.js';
import type { RunOptions } from './cli.js';
import type { Home } from './home.js';

export type Failure = ErrorJson['error'] & { readonly exitCode: number | undefined };

/**
 * How a command fails. Runs it as a person would and with --json, and expects both to tell the same: to the person one
 * sentence and what to try, on stderr; to the program the same as JSON, on stdout; the same exit code.
 */
export async function failure(home: Home, args: readonly string[], options: RunOptions = {}): Promise<Failure> {
  const [forPerson, forProgram] = await Promise.all([home.run(args, options), home.run([...args, '--json'], options)]);

  const { error } = JSON.parse(forProgram.stdout) as ErrorJson;
  expect(error.reason).not.toContain('\n');
  const hint = error.hint === null ? '' : `  ${error.hint}\n`;
  expect(forPerson).toEqual({
    exitCode: forProgram.exitCode,
    stdout: '',
    stderr: `✗ ${error.reason}\n${hint}`,
  });
  expect(forProgram.stderr).toBe('');
  return { ...error, exitCode: forProgram.exitCode };
}
