import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { SCRIPTS } from '../cli/completion/scripts.js';
import { isShell, SHELLS } from '../cli/completion/shells.js';
import { renderInstallation, type AutocompleteJson } from '../cli/output/autocomplete.js';

export default class Autocomplete extends BaseCommand {
  static override summary = 'Complete commands, flags, types, profiles and ids at the press of Tab.';
  static override description =
    'Prints the completion script of a shell, or how to install it when no shell is named. At every Tab the script asks this program, so it need not be installed again after an update.\n\nExit codes: 0 done, 2 there is no script for this shell.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'eval "$(<%= config.bin %> <%= command.id %> bash)"',
    '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/calreply.fish',
  ];
  static override args = {
    shell: Args.string({ description: 'The shell.', options: [...SHELLS], ignoreStdin: true }),
  };

  async run(): Promise<AutocompleteJson> {
    const { args } = await this.parse(Autocomplete);
    if (args.shell !== undefined && isShell(args.shell)) {
      this.show(SCRIPTS[args.shell].trimEnd());
      return { shell: args.shell, script: SCRIPTS[args.shell] };
    }

    const own = this.env.shell?.split(/[\\/]/).at(-1) ?? '';
    const shell = isShell(own) ? own : null;
    this.show(renderInstallation(shell === null ? SHELLS : [shell]));
    return { shell, script: shell && SCRIPTS[shell] };
  }
}
