import { Args, Flags } from '@oclif/core';
import { applyPlan } from '../../cli/apply-plan.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { environmentVariable } from '../../cli/context.js';
import { readFileOrStdin } from '../../cli/input.js';
import {
  applyJson,
  planSize,
  renderAnnouncement,
  renderApplied,
  renderAppliedHead,
  renderDisableQuestion,
  renderDisableRefusal,
  renderPlan,
  type ApplyJson,
} from '../../cli/output/webhook-plan.js';
import { askConfirm, canAsk } from '../../cli/prompts.js';
import { parseWebhookFile } from '../../cli/webhook-file.js';
import { planWebhooks, type WebhookPlan } from '../../cli/webhook-plan.js';
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

A webhook is known by its URL. What is missing is created, what differs is changed, and what is on but not in the file is turned off, in this order; nothing is ever removed, and listeners are left alone. Before something is turned off that is not in the file, it is asked, unless --yes is given. \${NAME} in the value of a header is taken from the environment, and may not be empty. The secrets of created webhooks are shown once; with --json each is the “secret” of its step.

Exit codes: 0 done or nothing to do, 2 the file is not right or turning off is not confirmed, 3 not logged in, 5 service not reachable, 8 with --check: there is something to do. When a step fails, the exit code is that of its error.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> webhooks.yaml --dry-run',
    '<%= config.bin %> <%= command.id %> webhooks.yaml',
    '<%= config.bin %> <%= command.id %> webhooks.yaml --yes',
    '<%= config.bin %> <%= command.id %> webhooks.yaml --check --json',
    "<%= config.bin %> <%= command.id %> webhooks.yaml --json | jq -r '.steps[] | select(.secret) | .url, .secret'",
  ];
  static override args = {
    file: Args.string({ required: true, description: 'The file; - for standard input.', ignoreStdin: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ summary: 'Show what would be done, and do nothing.' }),
    check: Flags.boolean({
      summary: 'Show what would be done, do nothing, and end with 8 when there is something to do: for CI.',
      exclusive: ['dry-run'],
    }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask before turning off what is not in the file.' }),
  };

  async run(): Promise<ApplyJson> {
    const { args, flags } = await this.parse(WebhooksApply);
    const isInput = args.file === '-';
    const source = isInput ? 'standard input' : args.file;
    const text = await readFileOrStdin(args.file);
    const desired = await parseWebhookFile(text, isInput ? 'Standard input' : source, environmentVariable);
    const { api } = await this.connect(flags);
    const plan = planWebhooks(desired, (await api.webhooks()).webhooks);
    if (flags['dry-run'] || flags.check || plan.steps.length === 0) {
      this.show(renderPlan(plan));
      if (flags.check && plan.steps.length > 0) {
        const hint = isInput
          ? 'The same without --check brings them in line.'
          : `Bring them in line with: calreply webhooks apply ${shellWord(args.file)}`;
        const reason = `The webhooks are not what ${source} says: ${planSize(plan)} to make.`;
        this.failWithResult(new CalReplyError('Drift', reason, { hint }));
      }

      return applyJson(plan, [], null);
    }

    // What is going to happen is said beside the result, which is what did.
    const announcement = renderAnnouncement(plan);
    if (announcement !== undefined) this.note(announcement);
    if (!flags.yes) await confirmDisabling(plan, args.file, source);
    const head = renderAppliedHead(plan);
    if (head !== undefined) this.show(head);
    const { applied, error } = await applyPlan(api, plan, (step) => this.show(renderApplied(step)));
    if (applied.some(({ secret }) => secret !== null)) this.note('The secrets are shown this once.');
    if (error) this.failWithResult(error);
    return applyJson(plan, applied, error);
  }
}

/** What is not in the file may have been forgotten there. One that the file itself turns off is meant. */
async function confirmDisabling({ steps }: WebhookPlan, file: string, source: string): Promise<void> {
  const disables = steps.filter(({ action }) => action === 'disable');
  if (disables.length === 0) return;
  if (!canAsk()) {
    throw new CalReplyError('WrongUse', renderDisableRefusal(disables, source), {
      hint: `Nothing was changed. When that is right${file === '-' ? ', add: ' : `: calreply webhooks apply ${shellWord(file)} `}--yes`,
    });
  }

  if (!(await askConfirm({ message: renderDisableQuestion(disables), insteadOf: '--yes' })))
    throw new CalReplyError('WrongUse', 'Nothing was changed.');
}
