import type { InsightTimes } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { insightFlags, insightQuery, isNarrowedInsight, zoneFlag, zoneNamed } from '../../cli/insight-flags.js';
import { timesCsv, renderTimes } from '../../cli/output/insights/times.js';

export default class InsightsTimes extends ServiceCommand {
  static override summary = 'On which weekday and at what hour people subscribe.';
  static override description =
    'The clocks of the time zone count, also where they are changed in summer. In a terminal it is a map of the week: the darker, the more subscribed.\n\nExit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --time-zone Europe/Berlin',
    '<%= config.bin %> <%= command.id %> --calendar my-sports-calendar --since 30d',
    "<%= config.bin %> <%= command.id %> --json | jq '.best'",
    '<%= config.bin %> <%= command.id %> --csv > times.csv',
  ];
  static override flags = { ...insightFlags, 'time-zone': zoneFlag };

  async run(): Promise<InsightTimes> {
    const { flags } = await this.parse(InsightsTimes);
    const query = { ...insightQuery(flags, Date.now()), timeZone: zoneNamed(flags['time-zone']) };
    const { api } = await this.connect(flags);
    const times = await api.insightTimes(query);
    this.show(flags.csv ? timesCsv(times) : renderTimes(times, { isNarrowed: isNarrowedInsight(flags) }));
    return times;
  }
}
