import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { unknownProfile } from '../../cli/context.js';
import { renderRemoved, type RemovedProfileJson } from '../../cli/output/profiles.js';
import { printable } from '../../cli/output/terminal.js';
import { askConfirm } from '../../cli/prompts.js';
import { CalReplyError } from '../../errors.js';

export default class ProfilesRemove extends BaseCommand {
  static override summary = 'Forget a profile and its credentials.';
  static override description =
    'Asks first, unless --yes is given. The account stays as it is; only this machine forgets it.\n\nExit codes: 0 done, 1 the config folder cannot be written, 2 not confirmed, 4 no such profile.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging',
    '<%= config.bin %> <%= command.id %> staging --yes',
  ];
  static override args = { name: Args.string({ required: true, description: 'Its name.', ignoreStdin: true }) };
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) };

  async run(): Promise<RemovedProfileJson> {
    const { args, flags } = await this.parse(ProfilesRemove);
    const { name } = args;
    const files = this.profileFiles;
    const profile = files.profile(name);
    if (profile === undefined) throw unknownProfile('NotFound', name, files.settings().profiles);
    const message = `Forget profile ${name} (${printable(profile.apiUrl)}) and its credentials?`;
    if (!flags.yes && !(await askConfirm({ message, insteadOf: '--yes' })))
      throw new CalReplyError('WrongUse', 'Nothing was removed.');
    await files.remove(name);
    const { currentProfile, profiles } = files.settings();
    const removed: RemovedProfileJson = { removed: name, current: currentProfile ?? null };
    this.show(renderRemoved(removed, Object.keys(profiles)));
    return removed;
  }
}
