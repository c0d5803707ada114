import { Args, Flags } from '@oclif/core';
import { accountCode, accountFlag } from '../../cli/account-code.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { green } from '../../cli/output/colors.js';
import { printable } from '../../cli/output/terminal.js';
import { CalReplyError } from '../../errors.js';

/** What `subscriptions cancel --json` prints. */
export interface CancelledJson {
  /** The id of the subscription, or null where a user name was given. */
  readonly subscriptionId: string | null;
  readonly userName: string | null;
  readonly calendar: string;
}

export default class SubscriptionsCancel extends ServiceCommand {
  static override summary = 'End a subscription, by its id or by the user name.';
  static override description =
    'CalReply’s own call: webhooks are told of an Unsubscribe event. An id that has ended already stays so, and nobody is told.\n\nExit codes: 0 done, 2 wrong use, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 7ae10174-37fb-4448-8f61-2f86f167009e --reason "The season is over"',
    '<%= config.bin %> <%= command.id %> --user-name crm-17 --calendar my-sports-calendar',
  ];
  static override args = { id: Args.string({ description: 'Its id; not with --user-name.' }) };
  static override flags = {
    'user-name': Flags.string({ summary: 'The one of this user name.', helpValue: 'NAME', dependsOn: ['calendar'] }),
    calendar: Flags.string({ summary: 'Its calendar; of an id it is looked up when absent.', helpValue: 'CODE' }),
    reason: Flags.string({ summary: 'Why, as the webhooks are told.', helpValue: 'TEXT' }),
    account: accountFlag,
  };

  async run(): Promise<CancelledJson> {
    const { args, flags } = await this.parse(SubscriptionsCancel);
    const { id } = args;
    const { 'user-name': userName, reason } = flags;
    if ((id === undefined) === (userName === undefined)) {
      throw new CalReplyError('WrongUse', 'Say which: the id of a subscription, or --user-name with --calendar.');
    }

    const { api, context } = await this.connect(flags);
    const account = await accountCode(api, flags.account ?? context.account);
    const calendar = flags.calendar ?? (await api.subscription(id ?? '')).calendar.code;
    const why = reason === undefined ? {} : { unsubscribeReasonText: reason };
    await api.unsubscribe(account, calendar, { ...(id === undefined ? { userName } : { id }), ...why });
    this.show(`${green('✓')} ${printable(id ?? userName ?? '')} is not subscribed to ${printable(calendar)} any more.`);
    return { subscriptionId: id ?? null, userName: userName ?? null, calendar };
  }
}
