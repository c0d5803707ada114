import type { ListenEvent } from '../../tunnel/listening.js';
import { systemErrorCode } from '../../errors.js';
import type { SignatureCheck } from '../../tunnel/local/verifying.js';
import type { ForwardOutcome } from '../../tunnel/local/forward.js';
import { eventFacts } from '../../model/event-facts.js';
import { connectionFailure } from '../../util/connection-failure.js';
import { byStatus, dim, green, red, yellow } from './colors.js';
import { renderConnected, renderReconnecting } from './connection.js';
import { renderMirrored, renderRehearsed } from './copies.js';
import { eventObjectOf } from './event-object.js';
import type { ReadyJson, ReplayingJson } from './listen-json.js';
import { outcomeText } from './outcome-text.js';
import { shownText } from './personal-data.js';
import { renderRoutes } from './routes.js';
import { printable } from './terminal.js';
import { clockTime, count, durationText, hostAndPort, maskedEmail } from './text.js';

export interface LineOptions {
  /** Show personal data as it is. */
  readonly reveal: boolean;
}

/** The lines that greet: who, what, where to. */
export function renderReady(ready: ReadyJson, profile: string | null): string {
  const types = ready.eventTypes.length === 0 ? 'every type' : ready.eventTypes.join(', ');
  const by = profile === null ? '' : ` (profile ${printable(profile)})`;
  return [
    `Ready. Account ${printable(ready.account)}${by}. Listener “${printable(ready.listener.name)}” takes ${printable(types)}.`,
    ...renderRoutes(ready.routes, `public inbox ${printable(ready.inboxUrl)} · ^C to quit`),
  ].join('\n');
}

/** The line that a replay begins with. */
export function renderReplaying({ recording, forwardTo }: ReplayingJson): string {
  const name = recording === '-' ? 'standard input' : recording;
  return `Playing ${printable(name)} to ${printable(forwardTo)} · ^C to quit`;
}

/** Said once, when a replay sends what it cannot sign. */
export const OLD_SIGNATURES =
  'The signatures are as old as the recording, and a handler that looks at their time refuses them. Set CALREPLY_WEBHOOK_SECRET to the secret that it verifies with, and they are made anew.';

/** What to say when nothing listens at the target yet; `openPorts` are those of common development servers that are open. */
export function renderClosedPort(target: URL, openPorts: readonly number[]): string {
  const [first] = openPorts;
  const others = first === undefined ? '' : ` Something does at ${openPorts.join(', ')}: --forward-to ${first}`;
  return (
    yellow(`Nothing listens at ${printable(hostAndPort(target.href))} yet; notifications wait until something does.`) +
    others
  );
}

/** What to say when a target cannot be reached for another reason, by the system's error. */
export function renderUnreachable(target: URL, error: Error): string {
  const code = systemErrorCode(error);
  const place = printable(hostAndPort(target.href));
  if (code === 'ETIMEDOUT')
    return yellow(
      `${place} has not answered within a second. What it does not answer in time fails, and is sent again later.`,
    );
  const why = connectionFailure(error, code);
  return yellow(`${place} cannot be reached: ${why}. Notifications fail, and are sent again later, until it can.`);
}

/** One line for what happened; undefined for what needs none. */
export function renderListenEvent(event: ListenEvent, now: Date, options: LineOptions): string | undefined {
  const time = dim(clockTime(now));
  // What an inbox request had in its path and query may tell of a person.
  const shownUrl = (url: string) => shownText(url, options.reveal);
  switch (event.kind) {
    case 'delivery':
      return `${time}  → ${arrivalText(event, options)}`;
    case 'forwarded':
      return (
        [
          `${time}  ${outcomeText(event.outcome, { paint: byStatus, shownUrl })}`,
          ...(event.outcome.url === ''
            ? []
            : [` ${printable(`${event.delivery.method} ${shownUrl(event.outcome.url)}`)}`]),
          dim(printable(event.delivery.id)),
        ].join('  ') + nextStepText(event.outcome)
      );
    case 'holding':
      return `${time}  ${holdingText(event)}`;
    case 'resumed':
      return `${time}  ${yellow('↺')} ${printable(hostAndPort(event.target))} is back. ${count(event.waiting, 'waiting notification')}, in order.`;
    case 'held':
      return undefined;
    case 'reconnecting':
      return `${time}  ${renderReconnecting(event)}`;
    case 'mirrored':
      return `${time}  ${renderMirrored(event, shownUrl)}`;
    case 'rehearsed':
      return `${time}  ${renderRehearsed(event)}`;
    case 'connected': {
      const text = renderConnected(event);
      return text && `${time}  ${text}`;
    }
  }
}

function arrivalText(
  { delivery: { id, attempt, event, body }, signature }: Extract<ListenEvent, { kind: 'delivery' }>,
  { reveal }: LineOptions,
): string {
  const facts = eventFacts(eventObjectOf(body) ?? { eventDetails: {} });
  const email = facts.subscriberEmail;
  const parts = [
    printable(event.type).padEnd(12),
    printable(facts.calendarTitle ?? ''),
    email === null ? '' : printable(reveal ? email : maskedEmail(email)),
    attempt > 1 ? dim(`try ${attempt}`) : '',
    signatureText(signature),
    dim(printable(id)),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** What to do about a delivery that was not forwarded. */
function nextStepText(outcome: ForwardOutcome): string {
  if (outcome.kind === 'answered') return '';
  switch (outcome.error) {
    case 'bad_signature':
      return `\n          ${dim('The service was asked for its secret once more, so something on the way, such as a proxy, has most likely changed it.')}`;
    case 'no_route':
      return `\n          ${dim('Add a route for all with --forward-to, or ask for fewer types with --events.')}`;
    default:
      return '';
  }
}

/** What came in at the inbox is signed by its sender, if at all: nothing is said of it. */
function signatureText(signature: SignatureCheck): string {
  switch (signature) {
    case 'valid':
      return green('sig ✓');
    case 'invalid':
      return red('sig ✗');
    case 'none':
      return '';
  }
}

function holdingText({ target, waiting, heldMs }: Extract<ListenEvent, { kind: 'holding' }>): string {
  const host = printable(hostAndPort(target));
  return heldMs === 0
    ? `${red('✗')} ${host} refused the connection. Holding notifications until it is back (${waiting} waiting).`
    : dim(`… ${host} is still down after ${durationText(heldMs)} (${waiting} waiting).`);
}
