import { Args, Flags } from '@oclif/core';
import type { CreatedWebhook } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { eventTypesFlag, eventTypesOf } from '../../cli/flags.js';
import { parseHeaders } from '../../cli/input.js';
import { renderCreatedWebhook } from '../../cli/output/webhooks.js';
import { askChoices, askText } from '../../cli/prompts.js';
import { EVENT_TYPE_TRIGGERS, EVENT_TYPES } from '../../model/event-types.js';

export default class WebhooksAdd extends ServiceCommand {
  static override summary = 'Register a URL that is told of events as they happen.';
  static override description =
    'Asks for the URL and the types when no URL is given. The secret that verifies signatures is shown once.\n\nExit codes: 0 done, 2 not a URL or not a type, 3 not logged in, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> https://example.com/hooks --events subscribe,unsubscribe',
    "<%= config.bin %> <%= command.id %> https://example.com/hooks --header 'X-Team: crm' --json",
  ];
  static override args = { url: Args.string({ description: 'Where notifications are POSTed to.', ignoreStdin: true }) };
  static override flags = {
    events: eventTypesFlag,
    header: Flags.string({
      summary: 'A header of your own, sent with every notification.',
      multiple: true,
      helpValue: "'Name: value'",
    }),
    disabled: Flags.boolean({ summary: 'Register it turned off.' }),
  };

  async run(): Promise<CreatedWebhook> {
    const { args, flags } = await this.parse(WebhooksAdd);
    const named = eventTypesOf(flags.events);
    const headers = Object.fromEntries(parseHeaders(flags.header ?? []));
    const url =
      args.url ?? (await askText({ message: 'Where should notifications be POSTed to?', insteadOf: 'The URL' }));
    const eventTypes = named ?? (args.url === undefined ? eventTypesOf(await askTypes()) : undefined);
    const { api } = await this.connect(flags);
    const webhook = await api.createWebhook({ url, eventTypes, headers, enabled: !flags.disabled });
    this.show(renderCreatedWebhook(webhook, undefined));
    return webhook;
  }
}

function askTypes(): Promise<string[]> {
  const choices = EVENT_TYPES.map((type) => ({ name: `${type}: ${EVENT_TYPE_TRIGGERS[type]}`, value: type }));
  return askChoices({ message: 'Which types should it be told of? (none: all)', insteadOf: '--events' }, choices);
}
