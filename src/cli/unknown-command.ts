import { Errors } from '@oclif/core';
import { CalReplyError, ERRORS } from '../errors.js';
import { errorJson } from './output/errors.js';
import { jsonText, out } from './output/terminal.js';

/** What oclif's plugin for unknown commands ends with, as a shell does. */
const AS_A_SHELL = 127;

/**
 * Makes a command that does not exist wrong use like any other: the same exit code, and JSON when it was asked for. What
 * a person reads is the plugin's.
 *
 * @returns the error to end with; any other one is returned as it is
 */
export function unknownCommandAsWrongUse(error: Error, args: readonly string[]): Error {
  if (!(error instanceof Errors.CLIError) || error.oclif.exit !== AS_A_SHELL) return error;
  const { exitCode } = ERRORS.WrongUse;
  if (!args.includes('--json')) return new Errors.CLIError(error.message, { exit: exitCode });
  const words = args.filter((arg) => arg !== '--json').join(' ') || '--json';
  const unknown = new CalReplyError('WrongUse', `There is no command “${words}”.`, { hint: 'See: calreply help' });
  out(jsonText(errorJson(unknown), 2));
  return new Errors.ExitError(exitCode);
}
