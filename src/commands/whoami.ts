import { renderWhoami, type WhoamiJson } from '../cli/output/account.js';
import { ServiceCommand } from '../cli/base-command.js';

export default class Whoami extends ServiceCommand {
  static override summary = 'Show the account, the service and where the credentials come from.';
  static override description = 'Exit codes: 0 done, 3 not logged in, 5 service not reachable.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<WhoamiJson> {
    const { flags } = await this.parse(Whoami);
    const { api, context } = await this.connect(flags);
    const { id, name, code } = await api.account();
    const who: WhoamiJson = {
      account: { id, name, code },
      service: api.apiUrl,
      profile: context.profile,
      credentialsFrom: context.credentialsFrom,
      clientId: context.clientId ?? '',
    };
    this.show(renderWhoami(who));
    return who;
  }
}
