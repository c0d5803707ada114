import { Flags } from '@oclif/core';
import type { SubscriberPage } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { listFlags } from '../../cli/flags.js';
import { nextPage } from '../../cli/next-page.js';
import { renderSubscribers } from '../../cli/output/subscribers.js';
import { subscriberFlags, subscriberQuery } from '../../cli/subscriber-flags.js';

export default class SubscribersList extends ServiceCommand {
  static override summary = 'List who is subscribed.';
  static override description =
    'One line for each person, whatever number of calendars they subscribed to, as events tell of them. E-mail addresses are masked; --reveal and --json show them.\n\nExit codes: 0 done, 2 wrong use, 3 not logged in, 4 no such calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --opted-in --calendar my-sports-calendar --reveal',
  ];
  static override flags = {
    ...subscriberFlags,
    reveal: Flags.boolean({ summary: 'Show e-mail addresses as they are.' }),
    limit: listFlags.limit,
    cursor: listFlags.cursor,
  };

  async run(): Promise<SubscriberPage> {
    const { flags } = await this.parse(SubscribersList);
    const { reveal, limit, cursor } = flags;
    const query = subscriberQuery(flags);
    const { api } = await this.connect(flags);
    const page = await api.subscribers({ ...query, limit, cursor });
    const isNarrowed = flags.calendar !== undefined || flags['opted-in'];
    const withTests = flags['include-tests'];
    this.show(renderSubscribers(page.subscribers, { isNarrowed, withTests, isPart: page.nextCursor !== null, reveal }));
    if (page.nextCursor !== null) this.note(nextPage(this.id ?? '', this.argv, page.nextCursor));
    return page;
  }
}
