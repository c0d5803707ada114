import { Args } from '@oclif/core';
import type { WebhookResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderWebhook } from '../../cli/output/webhooks.js';

export default class WebhooksShow extends ServiceCommand {
  static override summary = 'Show one webhook.';
  static override description = 'Exit codes: 0 done, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = ['<%= config.bin %> <%= command.id %> whk_4x…'];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_….' }) };

  async run(): Promise<WebhookResource> {
    const { args, flags } = await this.parse(WebhooksShow);
    const { api } = await this.connect(flags);
    const webhook = await api.webhook(args.id);
    this.show(renderWebhook(webhook));
    return webhook;
  }
}
