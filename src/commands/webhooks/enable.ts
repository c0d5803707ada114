import { Args } from '@oclif/core';
import type { WebhookResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderState } from '../../cli/output/webhooks.js';
import { switchWebhook } from '../../cli/switch-webhook.js';

export default class WebhooksEnable extends ServiceCommand {
  static override summary = 'Turn a webhook on; what waited for it is sent when due.';
  static override description =
    'Exit codes: 0 done, 2 a URL that is none or that several have, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = ['<%= config.bin %> <%= command.id %> whk_4x…'];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_…, or its URL.' }) };

  async run(): Promise<WebhookResource> {
    const { args, flags } = await this.parse(WebhooksEnable);
    const { api } = await this.connect(flags);
    const { before, webhook, waiting } = await switchWebhook(api, args.id, true);
    this.show(renderState(webhook, { wasSo: before.enabled, waiting }));
    return webhook;
  }
}
