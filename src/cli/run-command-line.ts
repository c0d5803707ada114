// Not the whole of @oclif/core: `--help` needs little more than these.
import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { reportFailure } from './output/errors.js';
import { quietOnClosedPipe } from './output/terminal.js';
import { ownPlugin } from './own-plugin.js';
import type { Program } from './program.js';
import { unknownCommand } from './unknown-command.js';

/** Runs the command that `args` name, or shows help, and ends the process when that failed. */
export async function runCommandLine(program: Program, args: readonly string[]): Promise<void> {
  quietOnClosedPipe();
  // Always run what was built. Without this, NODE_ENV=test (a test runner sets it, its child processes inherit it) would
  // make oclif run the TypeScript sources instead.
  settings.enableAutoTranspile = false;
  const commands = Object.values(program.commands());
  const unknown = unknownCommand(args, commands);
  if (unknown) {
    process.exitCode = unknown.exitCode;
    return reportFailure(unknown, { asJson: args.includes('--json'), indent: 2 });
  }

  const plugin = ownPlugin(program, commands);
  try {
    await run([...args], { root: plugin.root, plugins: new Map([[plugin.name, plugin]]) });
  } catch (error) {
    await handle(error as Error);
  }
}
