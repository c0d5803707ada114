import { Flags } from '@oclif/core';
import type { NotificationStatistics } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { listFlags } from '../../cli/flags.js';
import { parseTime } from '../../cli/input.js';
import { renderStatistics } from '../../cli/output/statistics.js';
import { NOTIFICATION_STATUSES } from '../../model/notification.js';

/** What `notifications stats --json` prints. */
export type StatisticsJson = NotificationStatistics;

const DEFAULT_WINDOW = '24h';

export default class NotificationsStats extends ServiceCommand {
  static override summary = 'How many notifications were delivered and failed, and how fast they were answered.';
  static override description =
    'By type of event, webhook and calendar. P50 and P95 are the times within which 50 and 95 of 100 answers came, of every attempt that was answered.\n\nExit codes: 0 done, 2 a filter is not valid, 3 not logged in, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 7d --webhook whk_4x…',
    "<%= config.bin %> <%= command.id %> --json | jq '.total.failed'",
  ];
  static override flags = {
    since: {
      ...listFlags.since,
      summary: 'Not before; 24h when absent. In the forms 10m, 2h, 7d, or a time such as 2026-11-23T15:00:00Z.',
    },
    until: listFlags.until,
    type: listFlags.type,
    calendar: listFlags.calendar,
    subscription: listFlags.subscription,
    status: Flags.option({ options: NOTIFICATION_STATUSES, summary: 'Only those that are in this state.' })(),
    webhook: Flags.string({ summary: 'Only what goes to this webhook.', helpValue: 'ID' }),
  };

  async run(): Promise<StatisticsJson> {
    const { flags } = await this.parse(NotificationsStats);
    const { type, calendar, subscription, status, webhook } = flags;
    const now = Date.now();
    const since = parseTime(flags.since ?? DEFAULT_WINDOW, now);
    const until = flags.until && parseTime(flags.until, now);
    const { api } = await this.connect(flags);
    const stats = await api.notificationStatistics({ since, until, type, calendar, subscription, status, webhook });
    this.show(renderStatistics(stats));
    return stats;
  }
}
