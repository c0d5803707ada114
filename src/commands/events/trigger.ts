import { Args, Flags } from '@oclif/core';
import type { ApiClient } from '../../api/client.js';
import type { TriggerEvent } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { toFlag, waitFlag } from '../../cli/flags.js';
import { renderTriggered } from '../../cli/output/events.js';
import { NO_PROGRESS, progressBar } from '../../cli/output/progress.js';
import { jsonText, printable, tellWhenLost } from '../../cli/output/terminal.js';
import { count } from '../../cli/output/text.js';
import {
  renderLeftOut,
  renderRun,
  triggerManyJson,
  type TriggerDryRunJson,
  type TriggerJson,
  type TriggerManyJson,
} from '../../cli/output/trigger.js';
import { SIGNAL_CODES, firstSignal } from '../../cli/signals.js';
import { askedFor, type Asked } from '../../cli/trigger-plan.js';
import { webhooksNamed } from '../../cli/trigger-to.js';
import { deliveryFailure, countsOf, waitForNew } from '../../cli/wait.js';
import { CalReplyError } from '../../errors.js';
import { SCENARIO_TEXTS, SCENARIOS } from '../../model/scenarios.js';
import type { Outcomes } from '../../trigger/outcomes.js';
import { pace, parseRate } from '../../trigger/pace.js';
import { persistently } from '../../trigger/persistently.js';
import { eventsOfPlan } from '../../trigger/dry-run.js';
import { repeated, type Plan } from '../../trigger/plan.js';
import { triggerMany } from '../../trigger/trigger-many.js';
import { systemClock } from '../../util/clock.js';
import { newGuid } from '../../util/ids.js';
import { shellWord } from '../../util/shell-word.js';

export default class EventsTrigger extends ServiceCommand {
  static override summary =
    'Trigger a test event, as if somebody had subscribed, unsubscribed, or done something else.';
  static override description = [
    'It goes to every webhook and listener that wants its type, marked with the header calreply-test: true.',
    [
      'Scenarios:',
      ...SCENARIOS.map((name) => `- ${name}: ${SCENARIO_TEXTS[name].does} ${SCENARIO_TEXTS[name].proves}`),
    ].join('\n'),
    'A call whose answer was lost is made again under the same idempotency key, so that no event happens twice.',
    'With --count, --from or --scenario, --json prints one summary with the ids of all events. With --wait, it prints the whole result also when a notification was not delivered.',
    `Exit codes: 0 done, 1 the service failed, 2 not a type, not valid, or a webhook that --to names is off, 3 not logged in, 4 no such calendar, webhook or listener, 5 service not reachable, 6 with --wait: a notification was not delivered (one that waits for a listener that is not connected counts only when --to names it, or nothing was delivered), ${SIGNAL_CODES} a run was ended by a signal.`,
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> subscribe',
    '<%= config.bin %> <%= command.id %> subscribe --set subscription.subscriberEmail=dana@example.com --wait',
    '<%= config.bin %> <%= command.id %> subscribe --count 50 --rate 10/s --seed 7 --to mine',
    '<%= config.bin %> <%= command.id %> --scenario churn --wait',
    '<%= config.bin %> <%= command.id %> --data event.json',
    '<%= config.bin %> <%= command.id %> --from run.ndjson',
    '<%= config.bin %> <%= command.id %> --scenario churn --dry-run > run.ndjson',
  ];
  static override args = {
    // oclif would read an argument that is missing from standard input, where --data - finds the event.
    type: Args.string({ description: 'A type, as `calreply events types` lists them.', ignoreStdin: true }),
  };
  static override flags = {
    calendar: Flags.string({ summary: 'The calendar it is about; your first one when absent.', helpValue: 'CODE' }),
    seed: Flags.integer({
      summary: 'The same seed makes the same details. With --count, event i has the seed plus i.',
      helpValue: 'NUMBER',
    }),
    set: Flags.string({
      summary: 'Replace a value in the details; with --scenario, one that all its events have.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PATH=VALUE',
    }),
    data: Flags.string({
      char: 'd',
      summary: 'Send this Event Object; - reads standard input.',
      helpValue: 'FILE',
      exclusive: ['seed', 'calendar', 'from', 'scenario'],
    }),
    from: Flags.string({
      summary: 'Send a recording in its order: one event a line, such as listen --json prints; - reads standard input.',
      helpValue: 'FILE',
      exclusive: ['seed', 'calendar', 'scenario', 'count'],
    }),
    scenario: Flags.option({ options: SCENARIOS, summary: 'Send one of the sequences below.' })(),
    count: Flags.integer({
      summary: 'This many, or the scenario this many times with other people.',
      min: 1,
      max: 1_000_000,
      helpValue: 'NUMBER',
    }),
    rate: Flags.string({ summary: 'No faster than this: 10/s or 600/m.', helpValue: 'RATE' }),
    to: toFlag,
    wait: waitFlag,
    'dry-run': Flags.boolean({
      summary: 'Print the Event Objects as they would be sent, one a line when they are many, and send nothing.',
      exclusive: ['wait', 'rate'],
    }),
  };

  async run(): Promise<TriggerJson | TriggerManyJson | TriggerDryRunJson> {
    const { args, flags } = await this.parse(EventsTrigger);
    const rate = flags.rate === undefined ? undefined : parseRate(flags.rate);
    const stop = new AbortController();
    const asked = await askedFor(args.type, flags, stop.signal);
    const { api } = await this.connect(flags);
    const to = await webhooksNamed(flags.to, api, this.rememberedListeners);
    if (flags['dry-run']) return this.#dryRun(api, asked, to);
    return asked.kind === 'one'
      ? this.#one(api, asked.request(to), flags.wait)
      : this.#many(api, asked.plan(to), { rate, wait: flags.wait, isNamed: to !== undefined, stop });
  }

  async #dryRun(api: ApiClient, asked: Asked, to: string[] | undefined): Promise<TriggerDryRunJson> {
    const isOne = asked.kind === 'one';
    const events: TriggerDryRunJson['events'][number][] = [];
    let number = 0;
    for await (const event of eventsOfPlan(isOne ? repeated(asked.request(to), 1) : asked.plan(to), api)) {
      number += 1;
      // What is shown as it comes need not be kept.
      if (this.jsonEnabled()) events.push(event);
      else this.show(jsonText(event, isOne ? 2 : undefined));
    }

    this.note(`${count(number, 'event')} would be sent. Nothing was sent.`);
    return { dryRun: true, events };
  }

  async #one(api: ApiClient, request: TriggerEvent, wait: boolean): Promise<TriggerJson> {
    const key = newGuid();
    const { signal } = new AbortController();
    const options = { clock: systemClock, signal, hasAnswered: () => false };
    const triggered = await persistently(() => api.triggerEvent(request, key), options);
    tellWhenLost(`The event was made: calreply events show ${shellWord(triggered.event.eventId)}`);
    const { servesItself } = this;
    const { notifications, failure: lost } = await waitForNew(api, triggered.notifications, { wait, servesItself });
    const result: TriggerJson = { ...triggered, notifications };
    this.show(renderTriggered(result));
    const failure = lost ?? (wait ? deliveryFailure(countsOf(notifications), request.to !== undefined) : undefined);
    if (failure) this.failWithResult(failure);
    return result;
  }

  async #many(api: ApiClient, plan: Plan, { rate, wait, isNamed, stop }: RunFlags): Promise<TriggerManyJson> {
    let exitCode = 0;
    void firstSignal().then((code) => {
      exitCode = code;
      stop.abort();
    });
    const summary = await triggerMany(plan, {
      api,
      clock: systemClock,
      runId: newGuid(),
      pace: pace(rate, systemClock),
      signal: stop.signal,
      keepsIds: this.jsonEnabled(),
      awaits: wait || this.servesItself ? () => true : undefined,
      progress: this.jsonEnabled() ? () => NO_PROGRESS : progressBar,
      onRetry: (error) => this.note(`${printable(error.message)} Trying again.`),
    });
    const { outcomes, interrupted } = summary;
    if (summary.failure && summary.sent === 0) throw summary.failure;
    // What nobody foresaw stays as it is.
    if (summary.failure && !(summary.failure instanceof CalReplyError)) throw summary.failure;
    this.show(renderRun(summary));
    const left = plan.inboxRequests?.() ?? 0;
    if (left > 0) this.note(renderLeftOut(left));
    const failure = summary.failure ?? (wait && !interrupted ? undelivered(outcomes, isNamed) : undefined);
    if (failure) this.failWithResult(failure);
    else if (interrupted) process.exitCode = exitCode;
    return triggerManyJson(summary, failure);
  }
}

interface RunFlags {
  readonly rate: number | undefined;
  readonly wait: boolean;
  /** --to was given. */
  readonly isNamed: boolean;
  readonly stop: AbortController;
}

function undelivered(outcomes: Outcomes | undefined, isNamed: boolean): CalReplyError | undefined {
  if (!outcomes) return undefined;
  const { delivered, failed, pending, waiting } = outcomes;
  return deliveryFailure(
    { delivered, undelivered: failed + pending, waiting, first: outcomes.undelivered[0] },
    isNamed,
  );
}
