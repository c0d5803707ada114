import { out, watchOutputs } from './cli/output/terminal.js';
import { Program, type ProgramOptions } from './cli/program.js';

/**
 * The way into the command line.
 *
 * @param root the folder of the package, which says what there is
 */
export async function main(root: string, options?: ProgramOptions): Promise<void> {
  watchOutputs();
  const program = new Program(root, options);
  const args = process.argv.slice(2);
  // What needs no command is answered before any of oclif is loaded.
  if (['--version', ...program.packageJson.oclif.additionalVersionFlags].includes(args[0] ?? '')) {
    return out(program.userAgent);
  }

  if (args[0] === '__complete') {
    const { answer } = await import('./cli/completion/answer.js');
    const lines = await answer(program, args.slice(1));
    if (lines !== undefined) return out(lines);
  }

  const { runCommandLine } = await import('./cli/run-command-line.js');
  await runCommandLine(program, args);
}
