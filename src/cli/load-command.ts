import { createRequire } from 'node:module';
import type { BaseCommand } from './base-command.js';
import type { CommandDescription, Program } from './program.js';

/** A class of ours, whichever it is. */
type CommandClass = new (...args: ConstructorParameters<typeof BaseCommand>) => BaseCommand;

/** Loads the class of a command, from a file of its own. What is built is CommonJS (scripts/common-js.mjs). */
export function loadCommand(program: Program, command: CommandDescription): CommandClass {
  const file = program.fileOf(command);
  const module = createRequire(file)(file) as { readonly default: CommandClass };
  return Object.assign(module.default, { id: command.id });
}
