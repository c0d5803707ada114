import { Args } from '@oclif/core';
import type { ApiClient } from '../../api/client.js';
import type { WebhookTest } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { sayAgain, statusWidth } from '../../cli/output/terminal.js';
import {
  isDelivered,
  renderWaiting,
  renderWebhookTest,
  testOutcome,
  type WebhookTestJson,
} from '../../cli/output/webhook-test.js';
import { webhookId } from '../../cli/webhook-id.js';
import { CalReplyError } from '../../errors.js';
import { shellWord } from '../../util/shell-word.js';

export default class WebhooksTest extends ServiceCommand {
  static override summary = 'Send a Test event to a webhook now, and see what happens at every step.';
  static override description =
    'The service sends it, on a new connection, signed as any notification; so this is what your receiver gets. It is sent once, also to a webhook that is off, and is in the history. The answer counts as delivered when it is 2xx.\n\nThe webhook of a listener has no connection to look at: use events trigger test --to ID.\n\nExit codes: 0 delivered, 2 it belongs to a listener, or the URL is none or of several webhooks, 3 not logged in, 4 not found, 5 service not reachable, 6 not delivered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> whk_4x…',
    "<%= config.bin %> <%= command.id %> whk_4x… --json | jq '.timings'",
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_…, or its URL.' }) };

  async run(): Promise<WebhookTestJson> {
    const { args, flags } = await this.parse(WebhooksTest);
    const { api } = await this.connect(flags);
    const test = await this.#watched(async () => testOf(api, await webhookId(api, args.id)));
    this.show(renderWebhookTest(test));
    if (!isDelivered(test)) {
      this.failWithResult(new CalReplyError('NotificationFailed', `Not delivered: ${testOutcome(test)}.`));
    }

    return test;
  }

  /** A receiver may take its time; in a terminal it is said that this is no hanging program. */
  async #watched<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.jsonEnabled() || statusWidth() === undefined) return work();
    sayAgain(renderWaiting());
    try {
      return await work();
    } finally {
      sayAgain('');
    }
  }
}

async function testOf(api: ApiClient, id: string): Promise<WebhookTest> {
  try {
    return await api.testWebhook(id);
  } catch (error) {
    if (!(error instanceof CalReplyError) || error.code !== 'Conflict') throw error;
    throw new CalReplyError('WrongUse', error.message, {
      cause: error,
      hint: `Use: calreply events trigger test --to ${shellWord(id)} --wait`,
    });
  }
}
