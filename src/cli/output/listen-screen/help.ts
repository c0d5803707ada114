import { bold, dim } from '../colors.js';
import { routeTexts } from '../routes.js';
import { padded, wrappedWords, type Line } from './line.js';
import type { ScreenState } from './state.js';

/** Every key, and the addresses as a whole, which a narrow terminal cuts elsewhere. */
export function helpLines({ heading, message }: ScreenState, columns: number): Line[] {
  const keys = KEYS.map(([key, what]): Line => [{ text: `  ${padded(key, 12)}`, paint: bold }, { text: what }]);
  const texts: readonly (readonly [name: string, parts: readonly (string | null | undefined)[]])[] = [
    ['Forwards', routeTexts(heading?.routes ?? [])],
    ['Public inbox: what is POSTed there arrives here', [heading?.inboxUrl]],
    ['Signing secret', [heading?.secret]],
    ['Said last', [message?.text]],
  ];
  return [
    ...keys,
    ...texts.flatMap(([name, parts]) =>
      wholeTexts(
        name,
        parts.filter((part) => part !== null && part !== undefined),
        columns,
      ),
    ),
  ];
}

function wholeTexts(name: string, texts: readonly string[], columns: number): Line[] {
  if (texts.length === 0) return [];
  const lines = texts
    .flatMap((text) => wrappedWords(text, Math.max(columns - 2, 1)))
    .map((part): Line => [{ text: `  ${part}` }]);
  return [[], [{ text: `  ${name}`, paint: dim }], ...lines];
}

const KEYS = [
  ['↑ ↓  k j', 'select; below the last: follow the newest'],
  ['PgUp PgDn', 'a page of the list or the details: b, space'],
  ['Home End', 'the oldest; the newest, and follow: g G'],
  ['enter  d', 'the request and the answer; again: close'],
  ['J K', 'the details, line by line'],
  ['r', 'send the selected one again'],
  ['/', 'only 5xx, 404, failed, a type, a name, an id'],
  ['p', 'stay here while more come; again: follow'],
  ['c', 'clear the list, not the history'],
  ['esc', 'close this or the details; show all again'],
  ['^L', 'draw everything anew'],
  ['q  ^C', 'quit; the service keeps what comes then'],
] as const;
