import { Args, Flags } from '@oclif/core';
import { applyPlan } from '../../cli/apply-plan.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { environmentVariable } from '../../cli/context.js';
import { readFileOrStdin } from '../../cli/input.js';
import { applyJson, planSize, renderApplied, renderPlan, type ApplyJson } from '../../cli/output/webhook-plan.js';
import { parseWebhookFile } from '../../cli/webhook-file.js';
import { planWebhooks } from '../../cli/webhook-plan.js';
import { CalReplyError } from '../../errors.js';
import { shellWord } from '../../util/shell-word.js';

export default class WebhooksApply extends ServiceCommand {
  static override summary = 'Make the webhooks what a file says.';
  static override description = `The file is JSON or YAML:

  webhooks:
    - url: https://example.com/hooks
      events: [subscribe, unsubscribe]   # every type when absent
      headers: { Authorization: "Bearer \${CRM_TOKEN}" }
      enabled: true                      # the default

A webhook is known by its URL. What is missing is created, what differs is changed, and what is on but not in the file is turned off, in this order; nothing is ever removed, and listeners are left alone. \${NAME} in the value of a header is taken from the environment. The secrets of created webhooks are shown once; with --json each is the “secret” of its step.

Exit codes: 0 done or nothing to do, 2 the file is not right, 3 not logged in, 5 service not reachable, 8 with --check: there is something to do. When a step fails, the exit code is that of its error.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> webhooks.yaml --dry-run',
    '<%= config.bin %> <%= command.id %> webhooks.yaml',
    '<%= config.bin %> <%= command.id %> webhooks.yaml --check --json',
    "<%= config.bin %> <%= command.id %> webhooks.yaml --json | jq -r '.steps[] | select(.secret) | .url, .secret'",
  ];
  static override args = {
    file: Args.string({ required: true, description: 'The file; - for standard input.', ignoreStdin: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ summary: 'Show what would be done, and do nothing.' }),
    check: Flags.boolean({
      summary: 'The same, and end with 8 when there is something to do: for CI.',
      exclusive: ['dry-run'],
    }),
  };

  async run(): Promise<ApplyJson> {
    const { args, flags } = await this.parse(WebhooksApply);
    const source = args.file === '-' ? 'Standard input' : args.file;
    const desired = await parseWebhookFile(await readFileOrStdin(args.file), source, environmentVariable);
    const { api } = await this.connect(flags);
    const plan = planWebhooks(desired, (await api.webhooks()).webhooks);
    if (flags['dry-run'] || flags.check || plan.steps.length === 0) {
      this.show(renderPlan(plan));
      if (flags.check && plan.steps.length > 0) {
        const hint = `Bring them in line with: calreply webhooks apply ${shellWord(args.file)}`;
        const reason = `The webhooks are not what ${source} says: ${planSize(plan)} to make.`;
        this.failWithResult(new CalReplyError('Drift', reason, { hint }));
      }

      return applyJson(plan, [], null);
    }

    // What is going to happen is said beside the result, which is what did.
    this.note(renderPlan(plan));
    const { applied, error } = await applyPlan(api, plan, (step) => this.show(renderApplied(step)));
    if (applied.some(({ secret }) => secret !== null)) this.note('The secrets are shown this once.');
    if (error) this.failWithResult(error);
    return applyJson(plan, applied, error);
  }
}
