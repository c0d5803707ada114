import { execute } from '@oclif/core/execute';
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
  await execute({ dir });
}
