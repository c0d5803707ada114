import type { NotificationStatistics } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { historyFlags, notificationFlags } from '../../cli/flags.js';
import { historyQuery } from '../../cli/input.js';
import { renderStatistics } from '../../cli/output/statistics.js';

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
    ...historyFlags,
    ...notificationFlags,
    since: {
      ...historyFlags.since,
      summary: 'Not before; 24h when absent. In the forms 10m, 2h, 7d, or a time such as 2026-11-23T15:00:00Z.',
    },
  };

  async run(): Promise<StatisticsJson> {
    const { flags } = await this.parse(NotificationsStats);
    const query = historyQuery({ ...flags, since: flags.since ?? DEFAULT_WINDOW }, Date.now());
    const { api } = await this.connect(flags);
    const stats = await api.notificationStatistics(query);
    this.show(renderStatistics(stats));
    return stats;
  }
}
