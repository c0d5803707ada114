import { Args, Flags } from '@oclif/core';
import type { WebhookResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderWebhook } from '../../cli/output/webhooks.js';
import { webhookId } from '../../cli/webhook-id.js';

export default class WebhooksShow extends ServiceCommand {
  static override summary = 'Show one webhook.';
  static override description =
    'Values of headers that are credentials, such as Authorization, are hidden, unless --reveal is given; --json has them as they are.\n\nExit codes: 0 done, 2 a URL that is none or that several have, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> whk_4x…',
    '<%= config.bin %> <%= command.id %> https://example.com/hooks --reveal',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_…, or its URL.' }) };
  static override flags = { reveal: Flags.boolean({ summary: 'Show the values of headers that are credentials.' }) };

  async run(): Promise<WebhookResource> {
    const { args, flags } = await this.parse(WebhooksShow);
    const { api } = await this.connect(flags);
    const webhook = await api.webhook(await webhookId(api, args.id));
    this.show(renderWebhook(webhook, flags));
    return webhook;
  }
}
