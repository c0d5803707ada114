import { Args, Flags } from '@oclif/core';
import { ServiceCommand } from '../../cli/base-command.js';
import { keepSecret } from '../../cli/env-file.js';
import { envFileOf, secretFlags } from '../../cli/flags.js';
import { tellWhenLost } from '../../cli/output/terminal.js';
import { renderRotatedSecret, secretLostText, type RotatedJson } from '../../cli/output/webhooks.js';
import { webhookId } from '../../cli/webhook-id.js';

export default class WebhooksRotateSecret extends ServiceCommand {
  static override summary = 'Give a webhook a new secret, with a day to bring it to the receiver.';
  static override description =
    'For 24 hours what is sent carries two signatures, by the new secret and by the old one, and a receiver that knows either accepts it. Rotating again within that time keeps the newest two. With --now the old one signs nothing more at once: for a secret that got into the wrong hands.\n\nWith --write-env the new secret goes into a file and is printed nowhere, also not with --json, where it is null.\n\nExit codes: 0 done, 2 the file cannot take the secret, or the URL is none or of several webhooks, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> whk_4x…',
    '<%= config.bin %> <%= command.id %> whk_4x… --write-env .env',
    '<%= config.bin %> <%= command.id %> whk_4x… --now',
  ];
  static override args = { id: Args.string({ required: true, description: 'Its id, whk_…, or its URL.' }) };
  static override flags = {
    now: Flags.boolean({ summary: 'The old secret signs nothing more from now on.' }),
    ...secretFlags,
  };

  async run(): Promise<RotatedJson> {
    const { args, flags } = await this.parse(WebhooksRotateSecret);
    const file = envFileOf(flags, { replaces: true });
    const { api } = await this.connect(flags);
    const answer = await api.rotateSecret(await webhookId(api, args.id), { now: flags.now });
    const rotated = keepSecret(answer, file);
    if (!file) tellWhenLost(secretLostText(rotated.id));
    this.show(renderRotatedSecret(rotated, file));
    return rotated;
  }
}
