import { Args, Flags } from '@oclif/core';
import type { NotificationResource, TriggeredEvent, TriggerEvent } from '../../api/contract.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { eventTypeOf } from '../../cli/flags.js';
import { parsePairs, readFileOrStdin } from '../../cli/input.js';
import { renderTriggered } from '../../cli/output/events.js';
import { count } from '../../cli/output/text.js';
import { waitForNotifications } from '../../cli/wait.js';
import { CalReplyError } from '../../errors.js';

/** What `events trigger --json` prints. */
export type TriggerJson = TriggeredEvent;

export default class EventsTrigger extends ServiceCommand {
  static override summary =
    'Trigger a test event, as if somebody had subscribed, unsubscribed, or done something else.';
  static override description =
    'It goes to every webhook and listener that wants its type, marked with the header calreply-test: true.\n\nExit codes: 0 done, 2 not a type or not valid, 3 not logged in, 4 no such calendar or webhook, 5 service not reachable, 6 with --wait: a notification was not delivered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> subscribe',
    '<%= config.bin %> <%= command.id %> subscribe --set subscription.subscriberEmail=dana@example.com --wait',
    '<%= config.bin %> <%= command.id %> --data event.json',
  ];
  static override args = {
    // oclif would read an argument that is missing from standard input, where --data - finds the event.
    type: Args.string({ description: 'A type, as `calreply events types` lists them.', ignoreStdin: true }),
  };
  static override flags = {
    calendar: Flags.string({ summary: 'The calendar it is about; your first one when absent.', helpValue: 'CODE' }),
    seed: Flags.integer({ summary: 'The same seed makes the same details.', helpValue: 'NUMBER' }),
    set: Flags.string({ summary: 'Replace a value in the details.', multiple: true, helpValue: 'PATH=VALUE' }),
    data: Flags.string({ char: 'd', summary: 'Send this Event Object; - reads standard input.', helpValue: 'FILE' }),
    to: Flags.string({ summary: 'Only to this webhook.', helpValue: 'WEBHOOK', multiple: true }),
    wait: Flags.boolean({ char: 'w', summary: 'Wait up to 30 s until it is delivered, and fail if it is not.' }),
  };

  async run(): Promise<TriggerJson> {
    const { args, flags } = await this.parse(EventsTrigger);
    const request = await requestOf(args.type, flags);
    const { api } = await this.connect(flags);
    const triggered = await api.triggerEvent(request);
    const { eventId } = triggered.event;
    const result = { ...triggered };
    if (flags.wait) result.notifications = await waitForNotifications(api, eventId);
    // A service that ends with this command must have tried before it does; no listener can have found it.
    else if (this.servesItself) result.notifications = await waitForNotifications(api, eventId, isWebhook);
    const undelivered = result.notifications.filter(({ status }) => status !== 'delivered');
    this.show(renderTriggered(result));
    if (flags.wait && undelivered.length > 0) {
      throw new CalReplyError(
        'NotificationFailed',
        `Not delivered: ${undelivered.length} of ${count(result.notifications.length, 'notification')}.`,
        {
          hint: `See why: calreply notifications show ${undelivered[0]?.id}`,
        },
      );
    }

    return result;
  }
}

const isWebhook = ({ webhookUrl }: NotificationResource) => !webhookUrl.startsWith('listener:');

interface TriggerFlags {
  readonly calendar?: string | undefined;
  readonly seed?: number | undefined;
  readonly set?: readonly string[] | undefined;
  readonly data?: string | undefined;
  readonly to?: string[] | undefined;
}

async function requestOf(type: string | undefined, flags: TriggerFlags): Promise<TriggerEvent> {
  const common = { to: flags.to, set: parsePairs(flags.set ?? [], '--set') };
  if (flags.data === undefined) {
    if (type === undefined) {
      throw new CalReplyError('WrongUse', 'Say which type of event, or give one with --data.', {
        hint: 'Such as: calreply events trigger subscribe',
      });
    }

    return { ...common, eventType: eventTypeOf(type), seed: flags.seed, calendarCode: flags.calendar };
  }

  const event = parseEvent(await readFileOrStdin(flags.data), flags.data);
  return { ...common, event: type === undefined ? event : { ...event, eventType: eventTypeOf(type) } };
}

function parseEvent(text: string, from: string): NonNullable<TriggerEvent['event']> {
  try {
    return JSON.parse(text) as NonNullable<TriggerEvent['event']>;
  } catch (error) {
    throw new CalReplyError(
      'WrongUse',
      `${from === '-' ? 'Standard input' : from} is not valid JSON: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}
