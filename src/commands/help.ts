import { BaseCommand } from '../cli/base-command.js';
import { helpPage } from '../cli/help-page.js';
import { Program } from '../cli/program.js';

/** What `help --json` prints. */
export interface HelpJson {
  /** The page, as text. */
  readonly help: string;
}

export default class Help extends BaseCommand {
  static override summary = 'Show what a command does, or which commands there are.';
  static override description =
    'The same as --help behind the command.\n\nExit codes: 0 done, 2 there is no such command.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> webhooks list',
  ];
  /** The words of a command. */
  static override strict = false;

  async run(): Promise<HelpJson> {
    const { argv } = await this.parse(Help);
    const help = helpPage(new Program(this.config.root), argv as string[]);
    this.show(help);
    return { help };
  }
}
