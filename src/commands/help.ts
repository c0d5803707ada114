import { Help as HelpPages } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';

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
    const pages = new CollectedPages(this.config, {});
    await pages.showHelp(argv as string[]);
    const help = pages.text.trimEnd();
    this.show(help);
    return { help };
  }
}

/** The pages of oclif, kept in place of printed. */
class CollectedPages extends HelpPages {
  text = '';

  protected override log(...lines: string[]): void {
    this.text += `${lines.join('\n')}\n`;
  }
}
