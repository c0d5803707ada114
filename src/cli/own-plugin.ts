import { fileURLToPath } from 'node:url';
import type { Command, Interfaces } from '@oclif/core';
import type { CommandDescription, Program } from './program.js';

/**
 * This program as the one plugin that oclif knows. By itself oclif looks for more of them in package.json and in the
 * home folder, and for commands in folders, at every start; here there is what the manifest says, and a command is
 * loaded from its own file.
 */
export function ownPlugin({ root, packageJson }: Program, commands: readonly CommandDescription[]): Interfaces.Plugin {
  const { name, version, oclif } = packageJson;
  const load = async (id: string): Promise<Command.Class> => {
    const command = commands.find((each) => each.id === id);
    if (!command) throw new Error(`There is no command ${id} in the manifest.`);
    const file = new URL(command.relativePath.join('/'), root).href;
    const module = (await import(file)) as { readonly default: Command.Class };
    return Object.assign(module.default, { id, plugin });
  };
  const plugin: Interfaces.Plugin = {
    _base: '',
    alias: name,
    commandIDs: commands.map(({ id }) => id),
    commands: commands.map((command) => loadable(command, () => load(command.id))),
    commandsDir: undefined,
    findCommand: load,
    hasManifest: true,
    hooks: {},
    isRoot: true,
    load: async () => undefined,
    moduleType: 'module',
    name,
    options: { root: fileURLToPath(root) },
    pjson: packageJson as unknown as Interfaces.PJSON,
    root: fileURLToPath(root),
    topics: Object.entries(oclif.topics).map(([topic, { description }]) => ({ name: topic, description })),
    type: 'core',
    valid: true,
    version,
  };
  return plugin;
}

/** The manifest is made by oclif, for oclif. */
function loadable(command: CommandDescription, load: () => Promise<Command.Class>): Command.Loadable {
  return { ...(command as unknown as Command.Cached), load };
}
