import { knownAccount } from '../cli/account-code.js';
import { renderWhoami, tokenJson, type WhoamiJson } from '../cli/output/account.js';
import { ServiceCommand } from '../cli/base-command.js';

export default class Whoami extends ServiceCommand {
  static override summary = 'Show the account, the service, and where the credentials come from.';
  static override description =
    'Asks the service, so what it shows holds now. The tokens themselves are never shown.\n\nExit codes: 0 done, 2 no such profile, or half of the credentials in the environment, 3 not logged in, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile staging --json',
  ];

  async run(): Promise<WhoamiJson> {
    const { flags } = await this.parse(Whoami);
    const { api, context } = await this.connect(flags);
    const who: WhoamiJson = {
      account: await knownAccount(api, context.account),
      service: api.apiUrl,
      serviceFrom: context.serviceFrom,
      profile: context.profile,
      profileFrom: context.profileFrom,
      credentialsFrom: context.credentialsFrom,
      clientId: context.clientId ?? '',
      token: tokenJson(await api.currentTokens()),
    };
    this.show(renderWhoami(who, Date.now()));
    return who;
  }
}
