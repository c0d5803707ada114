import { Args, Flags } from '@oclif/core';
import type { ChangeWebhook, WebhookResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { eventTypesFlag, eventTypesOf } from '../../cli/flags.js';
import { parseHeaders } from '../../cli/input.js';
import { renderWebhook } from '../../cli/output/webhooks.js';
import { CalReplyError } from '../../errors.js';

export default class WebhooksUpdate extends ServiceCommand {
  static override summary = 'Change the URL, the types or the headers of a webhook.';
  static override description =
    'What is not named stays as it is.\n\nExit codes: 0 done, 2 nothing to change or not valid, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> whk_4x… --url https://example.com/new',
    '<%= config.bin %> <%= command.id %> whk_4x… --events subscribe',
    '<%= config.bin %> <%= command.id %> whk_4x… --all-events',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_….' }) };
  static override flags = {
    url: Flags.string({ summary: 'The new URL.', helpValue: 'URL' }),
    events: eventTypesFlag,
    'all-events': Flags.boolean({ summary: 'Every type, also those to come.', exclusive: ['events'] }),
    header: Flags.string({
      summary: 'The headers of your own, in place of those there are.',
      multiple: true,
      helpValue: "'Name: value'",
    }),
  };

  async run(): Promise<WebhookResource> {
    const { args, flags } = await this.parse(WebhooksUpdate);
    const change: ChangeWebhook = {
      url: flags.url,
      eventTypes: flags['all-events'] ? [] : eventTypesOf(flags.events),
      headers: flags.header && Object.fromEntries(parseHeaders(flags.header)),
    };
    if (Object.values(change).every((value) => value === undefined)) {
      throw new CalReplyError('WrongUse', 'There is nothing to change.', {
        hint: 'Name --url, --events, --all-events or --header.',
      });
    }

    const { api } = await this.connect(flags);
    const webhook = await api.changeWebhook(args.id, change);
    this.show(renderWebhook(webhook));
    return webhook;
  }
}
