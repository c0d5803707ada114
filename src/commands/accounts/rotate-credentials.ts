import { Args, Flags } from '@oclif/core';
import { credentialsFile, keepCredentials } from '../../cli/credentials-file.js';
import { credentialsFlag } from '../../cli/flags.js';
import { OperatorCommand } from '../../cli/operator-command.js';
import {
  credentialsLostText,
  renderRotatedCredentials,
  type RotatedCredentialsJson,
} from '../../cli/output/accounts.js';
import { tellWhenLost } from '../../cli/output/terminal.js';

export default class AccountsRotateCredentials extends OperatorCommand {
  static override summary = 'Give an account new credentials, with a day to bring them to its programs.';
  static override description =
    'For 24 hours the old ones log in as well. With --now they hold no more at once, nor do the tokens they gave, and its listeners have to log in anew: for credentials that got into the wrong hands.\n\nWith --write-env the new ones go into a file and the secret is printed nowhere, also not with --json, where it is null.\n\nExit codes: 0 done, 1 the data folder or the database cannot be used, 2 wrong use, or the file cannot take the credentials, 3 the operator key is not right, 4 no such account, or no service has used the folder or the database, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> acme',
    '<%= config.bin %> <%= command.id %> acme --write-env acme.env',
    '<%= config.bin %> <%= command.id %> acme --now',
  ];
  static override args = { account: Args.string({ required: true, description: 'Its code.' }) };
  static override flags = {
    now: Flags.boolean({ summary: 'The old credentials hold no more from now on.' }),
    ...credentialsFlag,
  };

  async run(): Promise<RotatedCredentialsJson> {
    const { args, flags } = await this.parse(AccountsRotateCredentials);
    const path = flags['write-env'];
    const file = path === undefined ? undefined : credentialsFile(path, { replaces: true });
    const { api, loginUrl } = await this.connect(flags);
    const rotated = keepCredentials(await api.rotateCredentials(args.account, { now: flags.now }), file);
    if (!file) tellWhenLost(this.forSameService(credentialsLostText(rotated.code)));
    this.show(renderRotatedCredentials(rotated, { loginUrl, file }));
    return rotated;
  }
}
