import { Args } from '@oclif/core';
import type { NotificationDetails } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderNotification } from '../../cli/output/notifications.js';

export default class NotificationsShow extends ServiceCommand {
  static override summary = 'Show one notification with every attempt and what was answered.';
  static override description = 'Exit codes: 0 done, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = ['<%= config.bin %> <%= command.id %> ntf_01k…'];
  static override args = { id: Args.string({ required: true, description: 'Its id, ntf_….' }) };

  async run(): Promise<NotificationDetails> {
    const { args, flags } = await this.parse(NotificationsShow);
    const { api } = await this.connect(flags);
    const notification = await api.notification(args.id);
    this.show(renderNotification(notification, Date.now()));
    return notification;
  }
}
