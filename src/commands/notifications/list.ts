import type { NotificationPage } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { listFlags, notificationFlags } from '../../cli/flags.js';
import { isNarrowed, pageQuery } from '../../cli/input.js';
import { nextPage } from '../../cli/next-page.js';
import { renderNotifications } from '../../cli/output/notifications.js';

export default class NotificationsList extends ServiceCommand {
  static override summary = 'The notification history: what was sent where, and how it was answered. Newest first.';
  static override description =
    'Exit codes: 0 done, 2 a filter is not valid, 3 not logged in, 4 no such webhook, event or calendar, 5 service not reachable.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --status failed --since 2h',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.notifications[].id'",
  ];
  static override flags = {
    ...listFlags,
    ...notificationFlags,
  };

  async run(): Promise<NotificationPage> {
    const { flags } = await this.parse(NotificationsList);
    const query = pageQuery(flags, Date.now());
    const { api } = await this.connect(flags);
    const page = await api.notifications(query);
    this.show(renderNotifications(page.notifications, { isNarrowed: isNarrowed(query) }));
    if (page.nextCursor !== null) this.note(nextPage(this.id ?? '', this.argv, page.nextCursor));
    return page;
  }
}
