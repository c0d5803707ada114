import type { InsightGrowth } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { byFlag, insightFlags, insightQuery, isNarrowedInsight, zoneFlag, zoneNamed } from '../../cli/insight-flags.js';
import { growthCsv, renderGrowth } from '../../cli/output/insights/growth.js';

export default class InsightsGrowth extends ServiceCommand {
  static override summary = 'How many subscribe and unsubscribe, and how many there are.';
  static override description =
    'ACTIVE is how many were subscribed at the end of a day, week or month. CHURN is, of those who were subscribed at its beginning or subscribed in it, the share that unsubscribed.\n\nExit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 30d',
    '<%= config.bin %> <%= command.id %> --by month --calendar my-sports-calendar',
    "<%= config.bin %> <%= command.id %> --json | jq '.active'",
    '<%= config.bin %> <%= command.id %> --csv > growth.csv',
  ];
  static override flags = { ...insightFlags, by: byFlag, 'time-zone': zoneFlag };

  async run(): Promise<InsightGrowth> {
    const { flags } = await this.parse(InsightsGrowth);
    const query = { ...insightQuery(flags, Date.now()), timeZone: zoneNamed(flags['time-zone']), by: flags.by };
    const { api } = await this.connect(flags);
    const growth = await api.insightGrowth(query);
    this.show(flags.csv ? growthCsv(growth) : renderGrowth(growth, { isNarrowed: isNarrowedInsight(flags) }));
    return growth;
  }
}
