import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { LOCAL_PROFILE, overridingVariables, unknownProfile } from '../../cli/context.js';
import { renderOverridden, renderUsed, type UsedProfileJson } from '../../cli/output/profiles.js';

export default class ProfilesUse extends BaseCommand {
  static override summary = 'Make a profile the current one: the one that is used when nothing else is said.';
  static override description =
    '“local” is the embedded service, also before it has run.\n\nExit codes: 0 done, 1 the config folder cannot be written, 4 no such profile.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging',
    '<%= config.bin %> <%= command.id %> local',
  ];
  static override args = { name: Args.string({ required: true, description: 'Its name.', ignoreStdin: true }) };

  async run(): Promise<UsedProfileJson> {
    const { args } = await this.parse(ProfilesUse);
    const files = this.profileFiles;
    if (args.name !== LOCAL_PROFILE && files.profile(args.name) === undefined)
      throw unknownProfile('NotFound', args.name, files.settings().profiles);
    await files.use(args.name);
    const used: UsedProfileJson = { current: args.name, overriddenBy: overridingVariables(this.env, args.name) };
    this.show(renderUsed(used));
    if (used.overriddenBy.length > 0) this.note(renderOverridden(used.overriddenBy));
    return used;
  }
}
