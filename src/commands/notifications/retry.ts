import { Args, Flags } from '@oclif/core';
import type { ApiClient } from '../../api/client.js';
import type { NotificationQuery, NotificationResource, RefusedRetry } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { historyFlags, notificationFlags, waitFlag } from '../../cli/flags.js';
import { historyQuery } from '../../cli/input.js';
import { renderNotifications } from '../../cli/output/notifications.js';
import { renderOutcomes, renderRetried } from '../../cli/output/retries.js';
import { command, count } from '../../cli/output/text.js';
import { askConfirm } from '../../cli/prompts.js';
import { failedNotifications, namedNotifications, refusalOf, retryAll } from '../../cli/retry.js';
import { deliveryFailure, countsOf, waitForNotifications } from '../../cli/wait.js';
import { CalReplyError } from '../../errors.js';

/** What `notifications retry --json` prints, also when one was not delivered, or refused while others were sent. */
export interface RetryJson {
  /** The ids of those that are on their way again, oldest first; with --dry-run, of those that would be. */
  readonly retried: readonly string[];
  /** Those that cannot be sent, and why. */
  readonly refused: readonly RefusedRetry[];
  /** True with --dry-run: nothing was sent. */
  readonly dryRun: boolean;
  /** With --wait, how each went; otherwise null. */
  readonly notifications: readonly NotificationResource[] | null;
}

/** More than this are not sent without asking, in a terminal. */
const ASKS_ABOVE = 100;
const ofFailed = { dependsOn: ['failed'] };

export default class NotificationsRetry extends ServiceCommand {
  static override summary = 'Send notifications again: those you name, or all that failed.';
  static override description =
    'Each goes to the webhook it was for, with the same webhook-id, and is retried for thirty minutes from now on. Also a delivered one can be sent again. Of one subscription, older ones go first. With --wait, --json prints the whole result also when a notification was not delivered.\n\nExit codes: 0 done, 2 one that was named was refused, neither an id nor --failed, or not confirmed, 3 not logged in, 4 one that was named does not exist, 5 service not reachable, 6 with --wait: a notification was not delivered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ntf_01k…',
    '<%= config.bin %> <%= command.id %> --failed --since 2h --dry-run',
    '<%= config.bin %> <%= command.id %> --failed --since 2h --webhook whk_4x… --wait',
  ];
  static override strict = false;
  static override args = { id: Args.string({ description: 'Their ids, ntf_….', ignoreStdin: true }) };
  static override flags = {
    failed: Flags.boolean({ summary: 'All that failed, narrowed by the filters.' }),
    since: { ...historyFlags.since, ...ofFailed },
    until: { ...historyFlags.until, ...ofFailed },
    webhook: { ...notificationFlags.webhook, ...ofFailed },
    event: { ...notificationFlags.event, ...ofFailed },
    type: { ...historyFlags.type, ...ofFailed },
    calendar: { ...historyFlags.calendar, ...ofFailed },
    subscription: { ...historyFlags.subscription, ...ofFailed },
    'dry-run': Flags.boolean({ summary: 'List what would be sent, and send nothing.', ...ofFailed }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, however many they are.' }),
    wait: waitFlag,
  };

  async run(): Promise<RetryJson> {
    const { argv, flags } = await this.parse(NotificationsRetry);
    const ids = argv as string[];
    if (ids.length === 0 && !flags.failed) {
      throw new CalReplyError('WrongUse', 'Say which notifications to send again.', {
        hint: 'Name their ids, or all that failed: calreply notifications retry --failed --since 2h',
      });
    }

    if (ids.length > 0 && flags.failed) {
      throw new CalReplyError('WrongUse', 'Name ids or --failed, and not both.');
    }

    const filter = historyQuery(flags, Date.now());
    const { api } = await this.connect(flags);
    const result = flags.failed
      ? await this.#retryFailed(api, filter, flags)
      : await this.#retryNamed(api, [...new Set(ids)], flags.wait);
    const failure = deliveryFailure(countsOf(result.notifications ?? []), true);
    if (failure) this.failWithResult(failure);
    return result;
  }

  async #retryNamed(api: ApiClient, ids: readonly string[], wait: boolean): Promise<RetryJson> {
    const result = await this.#retry(api, ids, await namedNotifications(api, ids), wait);
    const refusal = refusalOf(result, ids.length);
    if (refusal && result.retried.length === 0) throw refusal;
    if (refusal) this.failWithResult(refusal);
    return result;
  }

  async #retryFailed(
    api: ApiClient,
    filter: NotificationQuery,
    { wait, yes, 'dry-run': dryRun }: { readonly wait: boolean; readonly yes: boolean; readonly 'dry-run': boolean },
  ): Promise<RetryJson> {
    const failed = await failedNotifications(api, filter);
    const ids = failed.map(({ id }) => id);
    if (failed.length === 0) {
      this.show(
        `No failed notification matches, so nothing was sent. See them all with: ${command('calreply notifications list')}`,
      );
      return { retried: [], refused: [], dryRun, notifications: null };
    }

    if (dryRun) {
      this.show(renderNotifications(failed));
      this.note(`${count(failed.length, 'notification')} would be sent again. Nothing was sent.`);
      return { retried: ids, refused: [], dryRun, notifications: null };
    }

    this.note(`${count(failed.length, 'failed notification')} to send again.`);
    const asks = failed.length > ASKS_ABOVE && !yes && !this.jsonEnabled() && process.stdin.isTTY;
    if (asks && !(await askConfirm({ message: `Send all ${failed.length} again?`, insteadOf: '--yes' }))) {
      throw new CalReplyError('WrongUse', 'Nothing was sent.');
    }

    return this.#retry(api, ids, failed, wait);
  }

  async #retry(
    api: ApiClient,
    ids: readonly string[],
    before: readonly NotificationResource[],
    wait: boolean,
  ): Promise<RetryJson> {
    const outcome = await retryAll(api, ids, (retried) =>
      this.note(`Sent ${retried} again before the service failed.`),
    );
    const isRetried = new Set(outcome.retried);
    const sent = before.filter(({ id }) => isRetried.has(id));
    const isWorthTelling = outcome.refused.length > 0 ? ids.length > 1 : !wait;
    if (isWorthTelling) this.show(renderRetried(outcome, sent));
    const notifications = await waitForNotifications(api, wait || this.servesItself ? sent : []);
    if (!wait) return { ...outcome, dryRun: false, notifications: null };
    if (notifications.length > 0) this.show(renderOutcomes(notifications));
    return { ...outcome, dryRun: false, notifications };
  }
}
