import type { AccountList } from '../../api/contract.js';
import { OperatorCommand } from '../../cli/operator-command.js';
import { renderAccounts } from '../../cli/output/accounts.js';

export default class AccountsList extends OperatorCommand {
  static override summary = 'List the accounts of a service, for who runs it.';
  static override description =
    'Finds the service of a data folder on this machine or of a database, and starts one for as long as the command takes when none runs. No secret is shown: they are kept as hashes only.\n\nExit codes: 0 done, 1 the data folder or the database cannot be used, 2 wrong use, 3 the operator key is not right, 4 no service has used the folder or the database, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --data-dir ./calreply-data',
    '<%= config.bin %> <%= command.id %> --database postgres://calreply@db.example.com/calreply',
    'cat operator.key | <%= config.bin %> <%= command.id %> --api-url https://api.example.com --operator-key-stdin',
  ];

  async run(): Promise<AccountList> {
    const { flags } = await this.parse(AccountsList);
    const { api } = await this.connect(flags);
    const list = await api.accounts();
    this.show(renderAccounts(list.accounts, this.forSameService("calreply accounts add 'Acme'")));
    return list;
  }
}
