import type { NotificationStatistics } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { historyFlags, notificationFlags } from '../../cli/flags.js';
import { historyQuery, isNarrowed } from '../../cli/input.js';
import { renderStatistics } from '../../cli/output/statistics.js';

/** What `notifications stats --json` prints. */
export type StatisticsJson = NotificationStatistics;

/** In milliseconds. */
const DEFAULT_WINDOW = 86_400_000;

export default class NotificationsStats extends ServiceCommand {
  static override summary = 'How many notifications were delivered and failed, and how fast they were answered.';
  static override description =
    'By type of event, webhook and calendar. P50 and P95 are the times within which 50 and 95 of 100 answers came, of every attempt that was answered.\n\nExit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such webhook, event or calendar, 5 service not reachable.';
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
      summary:
        'Not before; 24 hours before the end when absent. In the forms 10m, 2h, 7d, 1w, 2026-11-23, or 2026-11-23T15:00:00Z.',
    },
  };

  async run(): Promise<StatisticsJson> {
    const { flags } = await this.parse(NotificationsStats);
    const query = historyQuery(flags, Date.now());
    const until = query.until === undefined ? Date.now() : Date.parse(query.until);
    query.since ??= new Date(until - DEFAULT_WINDOW).toISOString();
    const { api } = await this.connect(flags);
    const stats = await api.notificationStatistics(query);
    this.show(renderStatistics(stats, { isNarrowed: isNarrowed({ ...query, since: undefined, until: undefined }) }));
    return stats;
  }
}
