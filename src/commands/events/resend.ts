import { Args, Flags } from '@oclif/core';
import type { ResentEvent } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderTriggered } from '../../cli/output/events.js';
import { expectDelivered, goesToUrl, waitForOutcomes } from '../../cli/wait.js';

/** What `events resend --json` prints: the event, and the new notifications of it. */
export type ResendJson = ResentEvent;

export default class EventsResend extends ServiceCommand {
  static override summary = 'Send an event again, to everybody who wants it or to the webhooks you name.';
  static override description =
    'New notifications are made of it, with the same eventId: a webhook that was added later can be told what it missed. To repeat one notification, see notifications retry.\n\nExit codes: 0 done, 1 a webhook is off, or the event came in at an inbox and goes to that listener only, 3 not logged in, 4 no such event or webhook, 5 service not reachable, 6 with --wait: a notification was not delivered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 0f1d5918-052d-4915-89a7-8cc9c4d33492',
    '<%= config.bin %> <%= command.id %> 0f1d5918-052d-4915-89a7-8cc9c4d33492 --to whk_4x… --wait',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its eventId.' }) };
  static override flags = {
    to: Flags.string({
      summary: 'Only to this webhook, whatever types it wants.',
      multiple: true,
      helpValue: 'WEBHOOK',
    }),
    wait: Flags.boolean({ char: 'w', summary: 'Wait until each was tried, and fail if one is not delivered.' }),
  };

  async run(): Promise<ResendJson> {
    const { args, flags } = await this.parse(EventsResend);
    const { api } = await this.connect(flags);
    const { event, notifications: made } = await api.resendEvent(args.id, flags.to);
    // A service that ends with this command must have tried before it does; no listener can have found it.
    const awaited = flags.wait ? made : this.servesItself ? made.filter(goesToUrl) : [];
    const outcomes = new Map((await waitForOutcomes(api, awaited)).map((one) => [one.id, one]));
    const notifications = made.map((one) => outcomes.get(one.id) ?? one);
    this.show(renderTriggered({ event, notifications }));
    if (flags.wait) expectDelivered(notifications);
    return { event, notifications };
  }
}
