import { printable } from './terminal.js';
import { count, durationText, recentTime } from './text.js';

/** `listen --json` says so when it was told where to start, before `ready`. */
export interface PlacedJson {
  readonly type: 'placed';
  readonly at: string;
  /** `now`, a time, or a notification. */
  readonly start: string;
  /** How many notifications waited and are not delivered. */
  readonly skipped: number;
  /** How many events come again, each as a new notification. */
  readonly replayed: number;
}

/** What `--since` or `--no-backlog` did. */
export function renderPlaced({ start, skipped, replayed }: PlacedJson, now: Date): string {
  if (start === 'now') {
    return skipped === 0
      ? '--no-backlog: nothing waited.'
      : `--no-backlog: ${count(skipped, 'notification')} that waited ${skipped === 1 ? 'was' : 'were'} skipped.`;
  }

  const again = `${count(replayed, 'event')} ${replayed === 1 ? 'comes' : 'come'} again`;
  const replaced = skipped === 0 ? '' : `, ${skipped} that waited ${skipped === 1 ? 'is' : 'are'} replaced`;
  return `Starting from ${startText(start, now)}: ${again}${replaced}.`;
}

function startText(start: string, now: Date): string {
  if (start.startsWith('ntf_')) return printable(start);
  return `${recentTime(start, now)} (${durationText(now.getTime() - Date.parse(start))} ago)`;
}
