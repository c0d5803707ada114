import { Args } from '@oclif/core';
import type { EventResource } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { renderEvent } from '../../cli/output/events.js';

export default class EventsShow extends ServiceCommand {
  static override summary = 'Show one event, whole.';
  static override description = 'Exit codes: 0 done, 3 not logged in, 4 not found, 5 service not reachable.';
  static override examples = ['<%= config.bin %> <%= command.id %> 0f1d5918-052d-4915-89a7-8cc9c4d33492'];
  static override args = { id: Args.string({ required: true, description: 'Its eventId.' }) };

  async run(): Promise<EventResource> {
    const { args, flags } = await this.parse(EventsShow);
    const { api } = await this.connect(flags);
    const event = await api.event(args.id);
    this.show(renderEvent(event));
    return event;
  }
}
