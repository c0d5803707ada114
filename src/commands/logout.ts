import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { unknownProfile } from '../cli/context.js';
import { renderLoggedOut, type LogoutJson } from '../cli/output/profiles.js';
import { CalReplyError } from '../errors.js';

export default class Logout extends BaseCommand {
  static override summary = 'Forget a profile and its credentials.';
  static override description =
    'Says what is used from then on.\n\nExit codes: 0 done, 1 the config folder cannot be written, 3 not logged in, 4 no such profile.';
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
    if (name === undefined) throw new CalReplyError('Unauthorized', 'Nobody is logged in.');
    if (!(await files.remove(name))) throw unknownProfile('NotFound', name, files.settings().profiles);
    const { currentProfile, profiles } = files.settings();
    const done: LogoutJson = { loggedOut: name, current: currentProfile ?? null };
    this.show(renderLoggedOut(done, Object.keys(profiles)));
    return done;
  }
}
