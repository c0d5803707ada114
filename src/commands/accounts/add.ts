import { Args, Flags } from '@oclif/core';
import { credentialsFile, keepCredentials } from '../../cli/credentials-file.js';
import { credentialsFlag } from '../../cli/flags.js';
import { OperatorCommand } from '../../cli/operator-command.js';
import { credentialsLostText, renderAddedAccount, type AddedAccountJson } from '../../cli/output/accounts.js';
import { tellWhenLost } from '../../cli/output/terminal.js';

export default class AccountsAdd extends OperatorCommand {
  static override summary = 'Add an account to a service, with a calendar and credentials.';
  static override description =
    'The credentials are shown once; the service keeps a hash of the secret only. With --write-env they go into a file and the secret is printed nowhere, also not with --json, where it is null.\n\nExit codes: 0 done, 1 the data folder or the database cannot be used, 2 wrong use, the code is taken or the file cannot take the credentials, 3 the operator key is not right, 4 no service has used the folder or the database, 5 service not reachable.';
  static override examples = [
    "<%= config.bin %> <%= command.id %> 'Acme Sports'",
    "<%= config.bin %> <%= command.id %> 'Acme Sports' --code acme --calendar fixtures --title 'All fixtures'",
    '<%= config.bin %> <%= command.id %> Acme --data-dir ./calreply-data --write-env acme.env',
  ];
  static override args = { account: Args.string({ required: true, description: 'Its name, as people write it.' }) };
  static override flags = {
    code: Flags.string({ summary: 'Its name in URLs; made from the name when absent.', helpValue: 'NAME' }),
    calendar: Flags.string({
      summary: 'The code of its first calendar.',
      helpValue: 'NAME',
      defaultHelp: () => Promise.resolve('my-calendar'),
    }),
    title: Flags.string({
      summary: 'The title of that calendar.',
      helpValue: 'TITLE',
      defaultHelp: () => Promise.resolve('My Calendar'),
    }),
    ...credentialsFlag,
  };

  async run(): Promise<AddedAccountJson> {
    const { args, flags } = await this.parse(AccountsAdd);
    const path = flags['write-env'];
    const file = path === undefined ? undefined : credentialsFile(path, { replaces: false });
    const { api, loginUrl } = await this.connect(flags);
    const calendar = { code: flags.calendar, title: flags.title };
    const added = keepCredentials(await api.addAccount({ name: args.account, code: flags.code, calendar }), file);
    if (!file) tellWhenLost(this.forSameService(credentialsLostText(added.code)));
    this.show(renderAddedAccount(added, { loginUrl, file }));
    return added;
  }
}
