import { Args, Flags } from '@oclif/core';
import type { ChangeWebhook, WebhookResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { eventTypesFlag, eventTypesOf } from '../../cli/flags.js';
import { renderDroppedFragment, renderUpdatedWebhook } from '../../cli/output/webhooks.js';
import { typedHeaders, typedUrl } from '../../cli/webhook-input.js';
import { webhookId } from '../../cli/webhook-id.js';
import { CalReplyError } from '../../errors.js';

export default class WebhooksUpdate extends ServiceCommand {
  static override summary = 'Change the URL, the types or the headers of a webhook.';
  static override description =
    'What is not named stays as it is.\n\nExit codes: 0 done, 2 nothing to change, not valid, or a URL of several webhooks, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> whk_4x… --url https://example.com/new',
    '<%= config.bin %> <%= command.id %> whk_4x… --events subscribe',
    '<%= config.bin %> <%= command.id %> whk_4x… --all-events',
    "<%= config.bin %> <%= command.id %> whk_4x… --header 'X-Team: crm' --remove-header X-Old",
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_…, or its URL.' }) };
  static override flags = {
    url: Flags.string({ summary: 'The new URL.', helpValue: 'URL' }),
    events: eventTypesFlag('The types it wants from now on, with commas between; “all” for every type.'),
    'all-events': Flags.boolean({ summary: 'Every type, also those to come.', exclusive: ['events'] }),
    header: Flags.string({
      summary: 'Set a header of your own; the others stay.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "'Name: value'",
    }),
    'remove-header': Flags.string({
      summary: 'Take a header of your own away.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
    }),
  };

  async run(): Promise<WebhookResource> {
    const { args, flags } = await this.parse(WebhooksUpdate);
    const url = flags.url === undefined ? undefined : typedUrl(flags.url);
    const change: ChangeWebhook = {
      url: url?.href,
      eventTypes: flags['all-events'] ? [] : eventTypesOf(flags.events),
    };
    const set = typedHeaders(flags.header ?? []);
    const removed = flags['remove-header'] ?? [];
    const changesHeaders = set.length + removed.length > 0;
    if (!changesHeaders && Object.values(change).every((value) => value === undefined)) {
      throw new CalReplyError('WrongUse', 'There is nothing to change.', {
        hint: 'Name --url, --events, --all-events, --header or --remove-header.',
      });
    }

    if (url && url.fragment !== null) this.note(renderDroppedFragment(url.fragment));
    const { api } = await this.connect(flags);
    const id = await webhookId(api, args.id);
    // The service takes the headers as a whole.
    const headers = changesHeaders ? changedHeaders((await api.webhook(id)).headers, set, removed) : undefined;
    const webhook = await api.changeWebhook(id, { ...change, headers });
    this.show(renderUpdatedWebhook(webhook));
    return webhook;
  }
}

/** Names are compared as HTTP does: X-Team and x-team are one header. */
function changedHeaders(
  headers: Readonly<Record<string, string>>,
  set: readonly [name: string, value: string][],
  removed: readonly string[],
): Record<string, string> {
  const isOneOf = (name: string, names: readonly string[]) =>
    names.some((other) => other.toLowerCase() === name.toLowerCase());
  const missing = removed.find((name) => !isOneOf(name, Object.keys(headers)));
  if (missing !== undefined) {
    const known = Object.keys(headers).join(', ');
    throw new CalReplyError('WrongUse', `The webhook has no header ${missing}.`, {
      hint: known === '' ? 'It has none of its own.' : `It has: ${known}.`,
    });
  }

  const replaced = [...removed, ...set.map(([name]) => name)];
  const kept = Object.entries(headers).filter(([name]) => !isOneOf(name, replaced));
  return Object.fromEntries([...kept, ...set]);
}
