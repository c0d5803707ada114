import { Args } from '@oclif/core';
import type { SubscriptionResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { chosenTags } from '../../cli/chosen-tags.js';
import { renderSubscription } from '../../cli/output/subscriptions.js';
import { choiceFlags, choicesOf } from '../../cli/subscription-flags.js';
import { CalReplyError } from '../../errors.js';

export default class SubscriptionsUpdate extends ServiceCommand {
  static override summary = 'Change what a subscriber chose.';
  static override description =
    'What no flag names stays. Tags that are named take the place of all there were. Webhooks are told of a SubscriptionDetailsUpdated event, unless nothing is different.\n\nCalReply’s own call, but its pages do not say its path; against CalReply’s own service it is tried at the one that its other calls suggest.\n\nExit codes: 0 done, 2 nothing to change, or it has ended, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 7ae10174-37fb-4448-8f61-2f86f167009e --no-marketing',
    '<%= config.bin %> <%= command.id %> 7ae10174-37fb-4448-8f61-2f86f167009e --tag home-games --tag play-offs',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id.' }) };
  static override flags = choiceFlags;

  async run(): Promise<SubscriptionResource> {
    const { args, flags } = await this.parse(SubscriptionsUpdate);
    const change = choicesOf(flags);
    if (Object.keys(change).length === 0 && flags.tag === undefined) {
      throw new CalReplyError('WrongUse', 'There is nothing to change.', { hint: 'Name it, such as: --no-marketing' });
    }

    const { api } = await this.connect(flags);
    const code = flags.tag === undefined ? '' : (await api.subscription(args.id)).calendar.code;
    const tags = await chosenTags(api, code, flags.tag);
    const subscription = await api.updateSubscription(args.id, { ...change, ...tags });
    this.show(renderSubscription(subscription));
    return subscription;
  }
}
