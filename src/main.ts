// Not the whole of @oclif/core: `--help` and `--version` need little more than these.
import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';

/**
 * Runs the command line.
 *
 * @param dir the file URL of the script that was started; the package around it says where the commands are
 */
export async function main(dir: string): Promise<void> {
  // Always run what was built. Without this, NODE_ENV=test (a test runner sets it, its child processes inherit it) would
  // make oclif run the TypeScript sources instead.
  settings.enableAutoTranspile = false;
  const args = process.argv.slice(2);
  try {
    await run(args, dir);
  } catch (error) {
    const { unknownCommandAsWrongUse } = await import('./cli/unknown-command.js');
    await handle(unknownCommandAsWrongUse(error as Error, args));
  }
}
