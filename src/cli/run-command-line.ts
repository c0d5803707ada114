import { CalReplyError } from '../errors.js';
import { commandConfig } from './command-config.js';
import { findCommand } from './find-command.js';
import { loadCommand } from './load-command.js';
import { reportFailure } from './output/errors.js';
import { out } from './output/terminal.js';
import type { Program } from './program.js';
import { unknownCommand } from './unknown-command.js';

/**
 * Runs the command that `args` name, or shows help, and ends the process when that failed. oclif has a function for
 * this, which finds out at every start, twice, what a program consists of (`bench/startup`).
 */
export async function runCommandLine(program: Program, args: readonly string[]): Promise<void> {
  const commands = Object.values(program.commands());
  const unknown = unknownCommand(args, commands);
  if (unknown) {
    return fail(unknown, args);
  }

  const found = asksForHelp(args) ? undefined : findCommand(args, commands);
  if (!found) {
    const { helpPage } = await import('./help-page.js');
    return out(helpPage(program, args));
  }

  const Command = loadCommand(program, found.command);
  try {
    await new Command([...found.args], commandConfig(program)).execute();
  } catch (error) {
    // The command has said what there was to say.
    if (isExit(error)) process.exit(error.oclif.exit);
    // Nothing has said what hinders it from even beginning.
    if (!(error instanceof CalReplyError)) throw error;
    fail(error, args);
  }
}

function fail(error: CalReplyError, args: readonly string[]): void {
  process.exitCode = error.exitCode;
  reportFailure(error, { asJson: args.includes('--json'), indent: 2 });
}

/** `--help` anywhere; behind `--` it is an argument. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/** By its shape: to load oclif's classes of errors here would load them for help, too. */
function isExit(error: unknown): error is { readonly oclif: { readonly exit: number } } {
  const { code, oclif } = error as { readonly code?: unknown; readonly oclif?: { readonly exit?: unknown } };
  return code === 'EEXIT' && typeof oclif?.exit === 'number';
}
