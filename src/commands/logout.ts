import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { printable } from '../cli/output/terminal.js';
import { CalReplyError } from '../errors.js';

/** What `logout --json` prints. */
export interface LogoutJson {
  readonly loggedOut: string;
}

export default class Logout extends BaseCommand {
  static override summary = 'Forget a profile and its credentials.';
  static override description = 'Exit codes: 0 done, 3 not logged in.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile staging',
  ];
  static override flags = {
    profile: Flags.string({ char: 'p', summary: 'The profile; the current one when absent.', helpValue: 'NAME' }),
  };

  async run(): Promise<LogoutJson> {
    const { flags } = await this.parse(Logout);
    const files = this.profileFiles;
    const name = flags.profile ?? this.env.profile ?? files.settings().currentProfile;
    if (name === undefined || !(await files.remove(name))) {
      const reason = name === undefined ? 'Nobody is logged in.' : `There is no profile “${name}”.`;
      throw new CalReplyError('Unauthorized', reason);
    }

    this.show(`Logged out of profile ${printable(name)}.`);
    return { loggedOut: name };
  }
}
