import { Args, Flags } from '@oclif/core';
import type { ApiClient } from '../../api/client.js';
import type { NotificationQuery, NotificationResource, RefusedRetry } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { historyFlags, notificationFlags, waitFlag } from '../../cli/flags.js';
import { historyQuery } from '../../cli/input.js';
import { renderForeseen, renderNothingToRetry, renderOutcomes, renderRetried } from '../../cli/output/retries.js';
import { count } from '../../cli/output/text.js';
import { askConfirm } from '../../cli/prompts.js';
import {
  chosenNotifications,
  foreseen,
  namedNotifications,
  refusalOf,
  retryAll,
  type Chosen,
} from '../../cli/retry.js';
import { deliveryFailure, countsOf, waitForNotifications } from '../../cli/wait.js';
import { CalReplyError } from '../../errors.js';

/** What `notifications retry --json` prints, also when one was not delivered, or refused unless it was named alone. */
export interface RetryJson {
  /** The ids of those that are on their way again, oldest first; with --dry-run, of those that would be. */
  readonly retried: readonly string[];
  /** Those that cannot be sent, and why; with --dry-run, those that would be refused. */
  readonly refused: readonly RefusedRetry[];
  /** True with --dry-run: nothing was sent. */
  readonly dryRun: boolean;
  /** With --wait, how each went; otherwise null. */
  readonly notifications: readonly NotificationResource[] | null;
}

/** The parser leaves out what was not given; a default would count as given for `ofMany`. */
interface ManyFlags {
  readonly wait?: boolean;
  readonly yes?: boolean;
  readonly 'dry-run'?: boolean;
}

/** More than this are not sent without asking. */
const ASKS_ABOVE = 100;
/** Narrows what is chosen, and means nothing beside ids. */
const ofMany = { relationships: [{ type: 'some' as const, flags: ['failed', 'pending'] }] };

export default class NotificationsRetry extends ServiceCommand {
  static override summary = 'Send notifications again: those you name, all that failed, or all that are still tried.';
  static override description =
    'Each goes to the webhook it was for, with the same webhook-id, and is retried for thirty minutes from now on. Also a delivered one can be sent again. Of one subscription, older ones go first. Those whose webhook is off or was removed are refused. --json prints the whole result also when a notification was refused or not delivered, unless you named that one alone.\n\nExit codes: 0 done, 2 refused what was named, or everything; or no ids and neither --failed nor --pending, or not confirmed, 3 not logged in, 4 one that was named, or a webhook, event or calendar, does not exist, 5 service not reachable, 6 with --wait: a notification was refused or not delivered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ntf_01k…',
    '<%= config.bin %> <%= command.id %> --failed --since 2h --dry-run',
    '<%= config.bin %> <%= command.id %> --failed --since 2h --webhook whk_4x… --wait',
    '<%= config.bin %> <%= command.id %> --pending --webhook whk_4x…',
  ];
  static override strict = false;
  static override args = { id: Args.string({ description: 'Their ids, ntf_….', ignoreStdin: true }) };
  static override flags = {
    failed: Flags.boolean({ summary: 'All that failed, narrowed by the filters.', exclusive: ['pending'] }),
    pending: Flags.boolean({ summary: 'All that were tried in vain and wait for their next try: try them now.' }),
    since: { ...historyFlags.since, ...ofMany },
    until: { ...historyFlags.until, ...ofMany },
    webhook: { ...notificationFlags.webhook, ...ofMany },
    event: { ...notificationFlags.event, ...ofMany },
    type: { ...historyFlags.type, ...ofMany },
    calendar: { ...historyFlags.calendar, ...ofMany },
    subscription: { ...historyFlags.subscription, ...ofMany },
    'dry-run': Flags.boolean({ summary: 'List what would be sent, and send nothing.', ...ofMany }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, however many they are.' }),
    wait: waitFlag,
  };

  async run(): Promise<RetryJson> {
    const { argv, flags } = await this.parse(NotificationsRetry);
    const ids = argv as string[];
    const chosen = flags.failed ? 'failed' : flags.pending ? 'pending' : undefined;
    if (ids.length === 0 && chosen === undefined) {
      throw new CalReplyError('WrongUse', 'Say which notifications to send again.', {
        hint: 'Name their ids, or all that failed: calreply notifications retry --failed --since 2h',
      });
    }

    if (ids.length > 0 && chosen !== undefined) {
      throw new CalReplyError('WrongUse', `Name ids or --${chosen}, and not both.`);
    }

    const filter = historyQuery(flags, Date.now());
    const { api } = await this.connect(flags);
    return chosen === undefined
      ? this.#retryNamed(api, [...new Set(ids)], flags.wait)
      : this.#retryMany(api, chosen, filter, flags);
  }

  async #retryNamed(api: ApiClient, ids: readonly string[], wait: boolean): Promise<RetryJson> {
    const how = { ids, wait, tells: ids.length > 1 };
    const { result, lost } = await this.#retry(api, await namedNotifications(api, ids), how);
    const refusal = refusalOf(result, ids.length);
    // One alone has no result but that it was refused.
    if (refusal && ids.length === 1) throw refusal;
    const failure = lost ?? deliveryFailure(countsOf(result.notifications ?? []), true) ?? refusal;
    if (failure) this.failWithResult(failure);
    return result;
  }

  async #retryMany(
    api: ApiClient,
    chosen: Chosen,
    filter: NotificationQuery,
    { wait = false, yes = false, 'dry-run': dryRun = false }: ManyFlags,
  ): Promise<RetryJson> {
    const found = await chosenNotifications(api, chosen, filter);
    const ids = found.map(({ id }) => id);
    if (found.length === 0) {
      const tried = chosen === 'failed' ? (await chosenNotifications(api, 'pending', filter)).length : 0;
      this.show(renderNothingToRetry(chosen, tried));
      return { retried: [], refused: [], dryRun, notifications: wait ? [] : null };
    }

    if (dryRun) {
      const outcome = foreseen(found);
      this.show(renderForeseen(outcome, found));
      this.note(`${count(outcome.retried.length, 'notification')} would be sent again. Nothing was sent.`);
      return { ...outcome, dryRun, notifications: null };
    }

    this.note(`${count(found.length, `${chosen} notification`)} to send again.`);
    const asks = found.length > ASKS_ABOVE && !yes;
    if (asks && !(await askConfirm({ message: `Send all ${found.length} again?`, insteadOf: '--yes' }))) {
      throw new CalReplyError('WrongUse', 'Nothing was sent.');
    }

    const { result, lost } = await this.#retry(api, found, { ids, wait, tells: true });
    const failure = lost ?? this.#failureOfMany(result, wait);
    if (failure) this.failWithResult(failure);
    return result;
  }

  /** What was refused was not delivered. Without --wait it is told, and a failure only when nothing was sent at all. */
  #failureOfMany({ retried, refused, notifications }: RetryJson, wait: boolean): CalReplyError | undefined {
    if (!wait) return retried.length === 0 ? refusalOf({ refused }, refused.length) : undefined;
    const counts = countsOf(notifications ?? []);
    const undelivered = counts.undelivered + refused.length;
    return deliveryFailure({ ...counts, undelivered, first: counts.first ?? refused[0] }, true);
  }

  /**
   * @param how with `tells`, what was refused is told beside what was sent
   * @returns what is known of them; with `lost`, why the service said no more
   */
  async #retry(
    api: ApiClient,
    before: readonly NotificationResource[],
    { ids, wait, tells }: { readonly ids: readonly string[]; readonly wait: boolean; readonly tells: boolean },
  ): Promise<{ readonly result: RetryJson; readonly lost: CalReplyError | undefined }> {
    const { failure, ...outcome } = await retryAll(api, ids);
    const isRetried = new Set(outcome.retried);
    const sent = before.filter(({ id }) => isRetried.has(id));
    const tellRetried = () => this.show(renderRetried(outcome, sent));
    const isWorthTelling = outcome.refused.length > 0 ? tells : !wait;
    if (isWorthTelling || failure) tellRetried();
    if (failure) {
      const told = outcome.retried.length + outcome.refused.length;
      this.note(`The service failed after ${told} of ${count(ids.length, 'notification')}.`);
    }

    const isAwaited = (wait || this.servesItself) && !failure;
    const waited = await waitForNotifications(api, isAwaited ? sent : []);
    // Not all is known of how they went: then that they were sent is.
    if (waited.failure && !isWorthTelling) tellRetried();
    const { notifications } = waited;
    if (wait && notifications.length > 0) this.show(renderOutcomes(notifications));
    const result = { ...outcome, dryRun: false, notifications: wait ? notifications : null };
    return { result, lost: failure ?? waited.failure };
  }
}
