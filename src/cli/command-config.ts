import type { Config } from '@oclif/core';
import type { Program } from './program.js';

/**
 * What a command knows of the program that it is part of: as much of oclif's Config as our commands, and oclif's class
 * of them, ask for. oclif's own goes over all commands, and looks for plugins, a theme and the shell, at every start.
 */
export function commandConfig({ root, packageJson, userAgent }: Program): Config {
  const { name, version, oclif } = packageJson;
  const config: Partial<Config> = {
    root,
    name,
    version,
    userAgent,
    bin: oclif.bin,
    // Nothing of this program hooks into its own commands.
    runHook: () => Promise.resolve({ successes: [], failures: [] }),
    // Variables of oclif's own, none of which is heeded: src/cli/context.ts has those that are.
    scopedEnvVar: () => undefined,
    scopedEnvVarKeys: () => [],
  };
  return config as Config;
}
