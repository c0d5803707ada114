import type { ListenEvent } from '../../tunnel/listening.js';
import { yellow } from './colors.js';
import { printable } from './terminal.js';
import { count, durationText } from './text.js';

type Connected = Extract<ListenEvent, { kind: 'connected' }>;
type Reconnecting = Extract<ListenEvent, { kind: 'reconnecting' }>;

/** What is told when a link is there: of the first, what waited for it, if anything did; after a break, always. */
export function renderConnected(event: Connected): string | undefined {
  return event.again ? backText(event) : waitedText(event);
}

/** What is told when there is no link: why, since when, and what is done about it. */
export function renderReconnecting({ inMs, reason, attempt, awayMs }: Reconnecting): string {
  const why = printable(reason).replace(/\.$/, '');
  if (inMs === 0) return `${yellow('↺')} Logging in anew (${why}).`;
  const next = `Trying again in ${(inMs / 1000).toFixed(1)} s.`;
  if (attempt === 1) return `${yellow('↺')} The service is out of reach (${why}). ${next}`;
  const tries = count(attempt - 1, 'try', 'tries');
  return `${yellow('↺')} The service has been out of reach for ${durationText(awayMs)} and ${tries} (${why}). ${next}`;
}

/** Between two lines on one outage, in milliseconds. */
const A_LINE_EVERY = 60_000;

/**
 * Which events are worth a line to a person: of the tries in an outage the first, and then one a minute, since an outage
 * of an hour has hundreds.
 */
export function worthALine(): (event: ListenEvent) => boolean {
  let toldAt = 0;
  return (event) => {
    if (event.kind !== 'reconnecting') return true;
    const isDue = event.attempt === 1 || event.awayMs - toldAt >= A_LINE_EVERY;
    if (isDue) toldAt = event.awayMs;
    return isDue;
  };
}

function backText({ missed, awayMs }: Connected): string {
  const away = awayMs === null ? 'back' : `back after ${durationText(awayMs)}`;
  if (missed === null) return `${yellow('↺')} ${away}`;
  return `${yellow('↺')} ${away} · ${missed === 0 ? 'nothing missed' : `${missed} missed · in order`}`;
}

function waitedText({ missed, awayMs }: Connected): string | undefined {
  if (missed === null || missed === 0) return undefined;
  const since = awayMs === null ? '' : ` since ${durationText(awayMs)} ago`;
  const they = missed === 1 ? 'it comes first' : 'they come first, in order';
  return `${count(missed, 'notification')} waited for this listener${since}; ${they}.`;
}
