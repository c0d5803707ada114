import { Args } from '@oclif/core';
import type { ResentEvent } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { toFlag, waitFlag } from '../../cli/flags.js';
import { renderTriggered } from '../../cli/output/events.js';
import { deliveryFailure, countsOf, waitForNew } from '../../cli/wait.js';
import { webhooksNamed } from '../../cli/trigger-to.js';

/**
 * What `events resend --json` prints: the event, and the new notifications of it; with --wait as they were when each had
 * been tried, also when one was not delivered.
 */
export type ResendJson = ResentEvent;

export default class EventsResend extends ServiceCommand {
  static override summary = 'Send an event again, to everybody who wants it or to the webhooks you name.';
  static override description =
    'New notifications are made of it, with the same eventId: a webhook that was added later can be told what it missed. To repeat one notification, see notifications retry. With --wait, --json prints the whole result also when a notification was not delivered.\n\nExit codes: 0 done, 2 a webhook is off, or the event came in at an inbox and goes to that listener only, 3 not logged in, 4 no such event, webhook or listener, 5 service not reachable, 6 with --wait: a notification was not delivered (one that waits for a listener that is not connected counts only when --to names it, or nothing was delivered).';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 0f1d5918-052d-4915-89a7-8cc9c4d33492',
    '<%= config.bin %> <%= command.id %> --to whk_4x… 0f1d5918-052d-4915-89a7-8cc9c4d33492 --wait',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its eventId.' }) };
  static override flags = {
    to: toFlag,
    wait: waitFlag,
  };

  async run(): Promise<ResendJson> {
    const { args, flags } = await this.parse(EventsResend);
    const { api } = await this.connect(flags);
    const { wait } = flags;
    const to = await webhooksNamed(flags.to, api, this.rememberedListeners);
    const resent = await api.resendEvent(args.id, to);
    const { servesItself } = this;
    const { notifications, failure: lost } = await waitForNew(api, resent.notifications, { wait, servesItself });
    const result: ResendJson = { ...resent, notifications };
    this.show(renderTriggered(result));
    const failure = lost ?? (wait ? deliveryFailure(countsOf(notifications), to !== undefined) : undefined);
    if (failure) this.failWithResult(failure);
    return result;
  }
}
