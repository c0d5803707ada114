import { Args, Flags } from '@oclif/core';
import { ServiceCommand } from '../../cli/base-command.js';
import { printable } from '../../cli/output/terminal.js';
import { renderRemoved } from '../../cli/output/webhooks.js';
import { askConfirm } from '../../cli/prompts.js';
import { webhookId } from '../../cli/webhook-id.js';
import { CalReplyError } from '../../errors.js';

/** What `webhooks remove --json` prints. */
export interface RemovedJson {
  readonly removed: string;
}

export default class WebhooksRemove extends ServiceCommand {
  static override summary = 'Take a webhook off. What was still on its way to it is given up; its history stays.';
  static override description =
    'Asks first, unless --yes is given. The webhook of a listener goes with the listener.\n\nExit codes: 0 done, 2 not confirmed, or a URL that is none or that several have, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> whk_4x…',
    '<%= config.bin %> <%= command.id %> whk_4x… --yes',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_…, or its URL.' }) };
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) };

  async run(): Promise<RemovedJson> {
    const { args, flags } = await this.parse(WebhooksRemove);
    const { api } = await this.connect(flags);
    const { id, url, listenerId } = await api.webhook(await webhookId(api, args.id));
    if (!flags.yes && !(await askConfirm({ message: `Take off ${printable(url)}?`, insteadOf: '--yes' }))) {
      throw new CalReplyError('WrongUse', 'Nothing was removed.');
    }

    await (listenerId === null ? api.removeWebhook(id) : api.removeListener(listenerId));
    this.show(renderRemoved({ id, url }));
    return { removed: id };
  }
}
