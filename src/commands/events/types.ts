import type { EventTypeList } from '../../api/contract.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderEventTypes } from '../../cli/output/events.js';
import { EVENT_TYPE_TRIGGERS, EVENT_TYPES } from '../../model/event-types.js';

export default class EventsTypes extends BaseCommand {
  static override summary = 'List the types of events, as triggers and filters name them.';
  static override description = 'Needs no service.\n\nExit codes: 0 done.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<EventTypeList> {
    await this.parse(EventsTypes);
    const list: EventTypeList = {
      eventTypes: EVENT_TYPES.map((type) => ({ type, trigger: EVENT_TYPE_TRIGGERS[type] })),
    };
    this.show(renderEventTypes(list));
    return list;
  }
}
