import { Flags } from '@oclif/core';
import type { InsightTags } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import {
  insightFlags,
  insightQuery,
  isNarrowedInsight,
  rowsFlag,
  leftOffText,
  rowsOf,
} from '../../cli/insight-flags.js';
import { tagsCsv, renderTags } from '../../cli/output/insights/tags.js';

export default class InsightsTags extends ServiceCommand {
  static override summary = 'Which tags people choose, everywhere or in a zip code.';
  static override description =
    'Of who subscribed in that time. UNSUBSCRIBES are those of them who unsubscribed since; NET are those who stayed. Who chose two tags counts for both.\n\nExit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    "<%= config.bin %> <%= command.id %> --zip '941*'",
    '<%= config.bin %> <%= command.id %> --calendar my-sports-calendar --since 30d',
    "<%= config.bin %> <%= command.id %> --json | jq '.tags[0].tag'",
    '<%= config.bin %> <%= command.id %> --csv > tags.csv',
  ];
  static override flags = {
    ...insightFlags,
    zip: Flags.string({ summary: 'Only this zip code, or all that begin alike: 94110, or 941*.', helpValue: 'ZIP' }),
    limit: rowsFlag,
  };

  async run(): Promise<InsightTags> {
    const { flags } = await this.parse(InsightsTags);
    const { zip } = flags;
    const limit = rowsOf(flags);
    const query = { ...insightQuery(flags, Date.now()), zip, limit };
    const { api } = await this.connect(flags);
    const found = await api.insightTags(query);
    this.show(flags.csv ? tagsCsv(found) : renderTags(found, { isNarrowed: isNarrowedInsight(flags) }));
    if (found.leftOff > 0) this.note(leftOffText(found.leftOff, limit));
    return found;
  }
}
