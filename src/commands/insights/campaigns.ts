import type { InsightCampaigns } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import {
  byFlag,
  insightFlags,
  insightQuery,
  isNarrowedInsight,
  rowsFlag,
  zoneFlag,
  zoneNamed,
  leftOffText,
  rowsOf,
} from '../../cli/insight-flags.js';
import { campaignsCsv, renderCampaigns } from '../../cli/output/insights/campaigns.js';

export default class InsightsCampaigns extends ServiceCommand {
  static override summary = 'By which campaigns people came, and who stayed.';
  static override description =
    'By UTM source, medium and campaign of who subscribed in that time. UNSUBSCRIBES are those of them who unsubscribed since, whenever that was; NET are those who stayed.\n\nExit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 30d',
    '<%= config.bin %> <%= command.id %> --by week --calendar my-sports-calendar',
    "<%= config.bin %> <%= command.id %> --json | jq '.campaigns[0]'",
    '<%= config.bin %> <%= command.id %> --csv > campaigns.csv',
  ];
  static override flags = { ...insightFlags, by: byFlag, 'time-zone': zoneFlag, limit: rowsFlag };

  async run(): Promise<InsightCampaigns> {
    const { flags } = await this.parse(InsightsCampaigns);
    const { by } = flags;
    const limit = rowsOf(flags);
    const query = { ...insightQuery(flags, Date.now()), timeZone: zoneNamed(flags['time-zone']), by, limit };
    const { api } = await this.connect(flags);
    const found = await api.insightCampaigns(query);
    this.show(flags.csv ? campaignsCsv(found) : renderCampaigns(found, { isNarrowed: isNarrowedInsight(flags) }));
    if (found.leftOff > 0) this.note(leftOffText(found.leftOff, limit));
    return found;
  }
}
