import type { EventPage } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { listFlags } from '../../cli/flags.js';
import { isNarrowed, pageQuery } from '../../cli/input.js';
import { nextPage } from '../../cli/next-page.js';
import { renderEvents } from '../../cli/output/events.js';

export default class EventsList extends ServiceCommand {
  static override summary = 'List what happened, newest first.';
  static override description =
    'Exit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --type subscribe --since 2h',
  ];
  static override flags = listFlags;

  async run(): Promise<EventPage> {
    const { flags } = await this.parse(EventsList);
    const query = pageQuery(flags, Date.now());
    const { api } = await this.connect(flags);
    const page = await api.events(query);
    this.show(renderEvents(page.events, { isNarrowed: isNarrowed(query) }));
    if (page.nextCursor !== null) this.note(nextPage(this.id ?? '', this.argv, page.nextCursor));
    return page;
  }
}
