import { Args, Flags } from '@oclif/core';
import type { SubscriptionList, SubscriptionResource } from '../../api/contract.js';
import { accountCode, accountFlag } from '../../cli/account-code.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderSubscription, renderSubscriptions } from '../../cli/output/subscriptions.js';
import { CalReplyError } from '../../errors.js';

export default class SubscriptionsShow extends ServiceCommand {
  static override summary = 'Show a subscription, or all of a user name.';
  static override description =
    'CalReply’s own calls, so it works against CalReply’s own service as well. Of a user name all are listed, those that ended included, newest first.\n\nExit codes: 0 done, 2 wrong use, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 7ae10174-37fb-4448-8f61-2f86f167009e',
    '<%= config.bin %> <%= command.id %> --user-name crm-17 --calendar my-sports-calendar',
  ];
  static override args = { id: Args.string({ description: 'Its id; not with --user-name.' }) };
  static override flags = {
    'user-name': Flags.string({ summary: 'All of this user name.', helpValue: 'NAME', dependsOn: ['calendar'] }),
    calendar: Flags.string({ summary: 'The calendar of the user name.', helpValue: 'CODE', dependsOn: ['user-name'] }),
    account: accountFlag,
  };

  async run(): Promise<SubscriptionResource | SubscriptionList> {
    const { args, flags } = await this.parse(SubscriptionsShow);
    const { 'user-name': name, calendar } = flags;
    if ((args.id === undefined) === (name === undefined)) {
      throw new CalReplyError('WrongUse', 'Say which: the id of a subscription, or --user-name with --calendar.');
    }

    const { api, context } = await this.connect(flags);
    if (args.id !== undefined) {
      const subscription = await api.subscription(args.id);
      this.show(renderSubscription(subscription));
      return subscription;
    }

    const account = await accountCode(api, flags.account ?? context.account);
    const found = await api.subscriptionsOf(account, calendar ?? '', name ?? '');
    this.show(renderSubscriptions(found, name ?? ''));
    return found;
  }
}
