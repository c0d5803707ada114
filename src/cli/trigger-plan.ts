import type { TriggerEvent } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { parseEventType } from '../model/event-types.js';
import type { Scenario } from '../model/scenarios.js';
import { ofScenario, repeated, type Plan } from '../trigger/plan.js';
import { eventFrom, recorded } from '../trigger/recording.js';
import { eventTypeOf } from './flags.js';
import { parsePairs, readFileOrStdin } from './input.js';
import { openLines } from './lines.js';

/** The flags of `events trigger` that say what is sent. */
export interface TriggerFlags {
  readonly calendar?: string | undefined;
  readonly count?: number | undefined;
  readonly data?: string | undefined;
  readonly from?: string | undefined;
  readonly rate?: string | undefined;
  readonly scenario?: Scenario | undefined;
  readonly seed?: number | undefined;
  readonly set?: readonly string[] | undefined;
}

/** What was asked for, but for the webhooks it goes to: those are known when the service is. */
export type Asked =
  | { readonly kind: 'one'; readonly request: (to: string[] | undefined) => TriggerEvent }
  | { readonly kind: 'many'; readonly plan: (to: string[] | undefined) => Plan };

/** How many events a burst has when nobody says. */
const BURST = 100;

/**
 * What the command line asks for.
 *
 * @param signal stops to read a recording
 * @throws {CalReplyError} WrongUse, UnknownEventType
 */
export async function askedFor(type: string | undefined, flags: TriggerFlags, signal: AbortSignal): Promise<Asked> {
  checkTogether(type, flags);
  const { from, scenario, count, calendar: calendarCode, seed } = flags;
  const set = parsePairs(flags.set ?? [], '--set');
  if (from !== undefined) {
    const lines = await openLines(from, signal);
    return { kind: 'many', plan: (to) => recorded(lines, from === '-' ? 'standard input' : from, { set, to }) };
  }

  if (scenario !== undefined) {
    const options = {
      scenario,
      count: count ?? (scenario === 'burst' ? BURST : 1),
      seed: seed ?? Math.floor(Math.random() * 2 ** 31),
      now: () => Date.now(),
      calendarCode,
      set,
    };
    return { kind: 'many', plan: (to) => ofScenario({ ...options, to }) };
  }

  const request = flags.data === undefined ? sample(type, flags) : await given(flags.data, type, count);
  const whole = (to: string[] | undefined) => ({ ...request, set, to });
  if (count === undefined) return { kind: 'one', request: whole };
  return { kind: 'many', plan: (to) => repeated(whole(to), count) };
}

/** What cannot be said of single flags. */
function checkTogether(type: string | undefined, flags: TriggerFlags): void {
  const { from, scenario, count, data, rate } = flags;
  if (type === undefined && data === undefined && from === undefined && scenario === undefined) {
    throw new CalReplyError('WrongUse', 'Say which type of event, or give one with --data.', {
      hint: 'Such as: calreply events trigger subscribe',
    });
  }

  if (type !== undefined && (from ?? scenario) !== undefined) {
    const flag = from === undefined ? `--scenario ${scenario}` : '--from';
    throw wrongUse(`${flag} says which types are sent: leave “${type}” out.`);
  }

  if (rate !== undefined && (count ?? from ?? scenario) === undefined)
    throw wrongUse('--rate is for many events: add --count, --from or --scenario.');
  if (rate !== undefined && scenario === 'burst')
    throw wrongUse('A burst is as fast as the service takes it: leave --rate out.');
}

function sample(type: string | undefined, { seed, calendar }: TriggerFlags): TriggerEvent {
  return { eventType: eventTypeOf(type ?? ''), seed, calendarCode: calendar };
}

async function given(file: string, type: string | undefined, count = 1): Promise<TriggerEvent> {
  const name = file === '-' ? 'Standard input' : file;
  const event = eventFrom(await readFileOrStdin(file), name, type);
  if (count > 1 && event.eventId !== undefined)
    throw wrongUse(`${name} has an eventId, and there can be one such event: leave it out, or --count.`);
  if (type === undefined) return { event };
  const eventType = eventTypeOf(type);
  const own = parseEventType(event.eventType) ?? event.eventType;
  if (own !== eventType)
    throw wrongUse(`${name} holds a ${own}, and the command says ${eventType}. Leave the type out of one of them.`);
  return { event: { ...event, eventType } };
}

function wrongUse(reason: string): CalReplyError {
  return new CalReplyError('WrongUse', reason);
}
