import { Args } from '@oclif/core';
import type { Subscribed } from '../../api/contract.js';
import { accountCode, accountFlag } from '../../cli/account-code.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { chosenTags } from '../../cli/chosen-tags.js';
import { renderSubscribed } from '../../cli/output/subscriptions.js';
import { choiceFlags, personFlags, subscribeBody } from '../../cli/subscription-flags.js';

export default class SubscriptionsCreate extends ServiceCommand {
  static override summary = 'Subscribe somebody to a calendar.';
  static override description =
    'CalReply’s own call, so it is no test: webhooks are told of a Subscribe event, and insights count it. It works against CalReply’s own service as well. A user name that is subscribed already stays so, and nobody is told.\n\nExit codes: 0 done, 2 wrong use, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> my-sports-calendar --email dana@example.com --zip 94110 --marketing',
    '<%= config.bin %> <%= command.id %> my-sports-calendar --subscriber-id crm-17 --tag home-games --utm-campaign season-opener',
    '<%= config.bin %> <%= command.id %> my-sports-calendar --email dana@example.com --set redirectTo=https://example.com/done',
  ];
  static override args = { calendar: Args.string({ required: true, description: 'The code of the calendar.' }) };
  static override flags = { ...personFlags, ...choiceFlags, account: accountFlag };

  async run(): Promise<Subscribed> {
    const { args, flags } = await this.parse(SubscriptionsCreate);
    const body = subscribeBody(flags);
    const { api, context } = await this.connect(flags);
    const account = await accountCode(api, flags.account ?? context.account);
    const tags = await chosenTags(api, args.calendar, flags.tag);
    const subscribed = await api.subscribe(account, args.calendar, { ...body, ...tags });
    this.show(renderSubscribed(subscribed, args.calendar));
    return subscribed;
  }
}
