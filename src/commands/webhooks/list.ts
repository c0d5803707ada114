import type { WebhookList } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderWebhooks } from '../../cli/output/webhooks.js';

export default class WebhooksList extends ServiceCommand {
  static override summary = 'List the webhooks, listeners’ included.';
  static override description = 'Exit codes: 0 done, 3 not logged in, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.webhooks[].url'",
  ];

  async run(): Promise<WebhookList> {
    const { flags } = await this.parse(WebhooksList);
    const { api } = await this.connect(flags);
    const list = await api.webhooks();
    this.show(renderWebhooks(list.webhooks));
    return list;
  }
}
