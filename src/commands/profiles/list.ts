import { BaseCommand } from '../../cli/base-command.js';
import { overridingVariables } from '../../cli/context.js';
import { renderOverridden, renderProfiles, type ProfilesJson } from '../../cli/output/profiles.js';

export default class ProfilesList extends BaseCommand {
  static override summary = 'List the services and accounts that this machine knows.';
  static override description =
    'A profile is kept by calreply login; the embedded service keeps its own, local. No service is asked, and no secret is shown.\n\nExit codes: 0 done, 1 the config folder cannot be read.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.profiles[].name'",
  ];

  async run(): Promise<ProfilesJson> {
    await this.parse(ProfilesList);
    const { currentProfile, profiles } = this.profileFiles.settings();
    const list: ProfilesJson = {
      profiles: Object.entries(profiles)
        .map(([name, { apiUrl, clientId, account }]) => ({
          name,
          service: apiUrl,
          clientId,
          account: account ?? null,
          isCurrent: name === currentProfile,
        }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
      current: currentProfile ?? null,
      overriddenBy: overridingVariables(this.env, currentProfile),
    };
    this.show(renderProfiles(list));
    if (list.overriddenBy.length > 0) this.note(renderOverridden(list.overriddenBy));
    return list;
  }
}
