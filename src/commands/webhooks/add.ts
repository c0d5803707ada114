import { Args, Flags } from '@oclif/core';
import type { CreateWebhook } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { keepSecret } from '../../cli/env-file.js';
import { envFileOf, eventTypeOf, eventTypesFlag, eventTypesOf, secretFlags } from '../../cli/flags.js';
import { say } from '../../cli/output/terminal.js';
import { tellWhenLost } from '../../cli/output/terminal.js';
import {
  renderCreatedWebhook,
  renderDroppedFragment,
  renderPlannedWebhook,
  renderSameUrl,
  secretLostText,
  type CreatedJson,
} from '../../cli/output/webhooks.js';
import { askChoices, askConfirm, askOptionalText, askText } from '../../cli/prompts.js';
import { typedHeaders, typedUrl } from '../../cli/webhook-input.js';
import { CalReplyError } from '../../errors.js';
import { EVENT_TYPE_TRIGGERS, EVENT_TYPES, type EventType } from '../../model/event-types.js';

export default class WebhooksAdd extends ServiceCommand {
  static override summary = 'Register a URL that is told of events as they happen.';
  static override description =
    'Without a URL, asks for it and for whatever else no flag has said; with one, asks nothing. The secret that verifies signatures is shown once. With --write-env it goes into a file, as a variable that has no value yet, and is printed nowhere, also not with --json, where it is null.\n\nExit codes: 0 done, 2 not a URL, not a type, no type, not confirmed, or the file cannot take the secret, 3 not logged in, 5 service not reachable, 130 ended at a question.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> https://example.com/hooks --events subscribe,unsubscribe',
    "<%= config.bin %> <%= command.id %> https://example.com/hooks --header 'X-Team: crm' --write-env .env",
  ];
  static override args = { url: Args.string({ description: 'Where notifications are POSTed to.', ignoreStdin: true }) };
  static override flags = {
    events: eventTypesFlag(),
    'all-events': Flags.boolean({ summary: 'Every type, also those to come.', exclusive: ['events'] }),
    header: Flags.string({
      summary: 'A header of your own, sent with every notification.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "'Name: value'",
    }),
    disabled: Flags.boolean({ summary: 'Register it turned off.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask whether it is right.' }),
    ...secretFlags,
  };

  async run(): Promise<CreatedJson> {
    const { args, flags } = await this.parse(WebhooksAdd);
    const asks = args.url === undefined;
    const named = flags['all-events'] ? [] : eventTypesOf(flags.events);
    const given = flags.header && typedHeaders(flags.header);
    const file = envFileOf(flags, { replaces: false });
    const { href: url, fragment } = typedUrl(args.url ?? (await askUrl()));
    if (fragment !== null) this.note(renderDroppedFragment(fragment));
    // Before the other questions: whoever is not logged in should not answer them in vain.
    const { api } = await this.connect(flags);
    const webhook: CreateWebhook = {
      url,
      eventTypes: named ?? (asks ? await askTypes() : []),
      headers: Object.fromEntries(given ?? (asks ? await askHeaders() : [])),
      enabled: !flags.disabled,
    };
    if (asks && !flags.yes) {
      say(renderPlannedWebhook(webhook));
      const isRight = await askConfirm({ message: 'Register this webhook?', insteadOf: '--yes' }, { empty: true });
      if (!isRight) throw new CalReplyError('WrongUse', 'Nothing was registered.');
    }

    const existing = (await api.webhooks()).webhooks;
    const created = keepSecret(await api.createWebhook(webhook), file);
    if (!file) tellWhenLost(secretLostText(created.id));
    this.show(renderCreatedWebhook(created, file));
    const sameUrl = renderSameUrl(created, existing);
    if (sameUrl !== undefined) this.note(sameUrl);
    return created;
  }
}

function askUrl(): Promise<string> {
  const question = { message: 'Where should notifications be POSTed to?', insteadOf: 'The URL' };
  return askText(question, typedUrl);
}

async function askTypes(): Promise<EventType[]> {
  const choices = EVENT_TYPES.map((type) => ({
    name: `${type}: ${EVENT_TYPE_TRIGGERS[type]}`,
    short: type,
    value: type,
  }));
  const question = {
    message: 'Which types should it be told of? (none: all)',
    insteadOf: '--events or --all-events',
  };
  return (await askChoices(question, choices)).map(eventTypeOf);
}

/** One after the other, until an answer stays empty. */
async function askHeaders(): Promise<[name: string, value: string][]> {
  const texts: string[] = [];
  for (;;) {
    const message =
      texts.length === 0
        ? 'Send a header of your own as well, such as “X-Team: crm”? (Enter: none)'
        : 'Another header? (Enter: none)';
    const text = await askOptionalText({ message, insteadOf: '--header' }, (next) => typedHeaders([...texts, next]));
    if (text === '') return typedHeaders(texts);
    texts.push(text);
  }
}
