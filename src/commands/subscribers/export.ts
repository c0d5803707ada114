import { Flags } from '@oclif/core';
import type { SubscriberResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { EXPORT_FORMATS, SubscriberExport } from '../../cli/output/subscriber-export.js';
import { out, outTaken } from '../../cli/output/terminal.js';
import { count } from '../../cli/output/text.js';
import { subscriberFlags, subscriberQuery } from '../../cli/subscriber-flags.js';
import { pages } from '../../util/pages.js';

/** A line of `subscribers export --json`. */
export type ExportedJson = SubscriberResource;

/** So many at once, of which the service says that it is the most. */
const PAGE = 1_000;

export default class SubscribersExport extends ServiceCommand {
  static override summary = 'Export who is subscribed, for a CRM or a database.';
  static override description =
    'Everybody who is subscribed to something, a row each, with e-mail address, opt-ins, calendars, tags, zip code and the campaign they came by. It is written as it is read, so that millions fit. With --json it is one object a line, as with --format ndjson.\n\nIn CSV, what a spreadsheet would take for a formula has a quote before it.\n\nExit codes: 0 done, 2 wrong use, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --opted-in > marketing.csv',
    "<%= config.bin %> <%= command.id %> --format ndjson | jq -r '.subscriberEmail'",
    '<%= config.bin %> <%= command.id %> --calendar my-sports-calendar --all --format json > subscribers.json',
  ];
  static override flags = {
    ...subscriberFlags,
    format: Flags.option({
      options: EXPORT_FORMATS,
      char: 'f',
      summary: 'How it is written.',
      default: 'csv' as const,
    })(),
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(SubscribersExport);
    const query = { ...subscriberQuery(flags), limit: PAGE };
    const { api } = await this.connect(flags);
    const written = new SubscriberExport(this.jsonEnabled() ? 'ndjson' : flags.format);
    let exported = 0;
    for await (const { subscribers } of pages((cursor) => api.subscribers({ ...query, cursor }))) {
      await this.#write(written.lines(subscribers));
      exported += subscribers.length;
    }

    await this.#write(written.end());
    this.note(`${count(exported, 'subscriber')} exported.`);
  }

  async #write(lines: string | undefined): Promise<void> {
    if (lines === undefined) return;
    out(lines);
    await outTaken();
  }
}
