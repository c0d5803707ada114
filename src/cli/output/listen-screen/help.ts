import { bold, dim } from '../colors.js';
import { padded, wrappedWords, type Line } from './line.js';
import type { ScreenState } from './state.js';

/** Every key, and the addresses as a whole, which a narrow terminal cuts elsewhere. */
export function helpLines({ heading, message }: ScreenState, columns: number): Line[] {
  const keys = KEYS.map(([key, what]): Line => [{ text: `  ${padded(key, 12)}`, paint: bold }, { text: what }]);
  const texts = [
    ['Forwards to', heading?.forwardTo],
    ['Public inbox: what is POSTed there arrives here', heading?.inboxUrl],
    ['Signing secret', heading?.secret ?? undefined],
    ['Said last', message?.text],
  ] as const;
  return [[], ...keys, ...texts.flatMap(([name, text]) => (text === undefined ? [] : wholeText(name, text, columns)))];
}

function wholeText(name: string, text: string, columns: number): Line[] {
  const lines = wrappedWords(text, Math.max(columns - 2, 1)).map((part): Line => [{ text: `  ${part}` }]);
  return [[], [{ text: `  ${name}`, paint: dim }], ...lines];
}

const KEYS = [
  ['↑ ↓  k j', 'select; down beyond the last follows the newest again'],
  ['PgUp PgDn', 'a page of the list, or of the details: also b and space'],
  ['Home End', 'the oldest; the newest, and follow: also g and G'],
  ['enter  d', 'the whole request and answer, or the list alone'],
  ['J K', 'the details, a line at a time'],
  ['r', 'send the selected one again, through the service'],
  ['/', 'show only what has 5xx, 404, failed, waiting, a type, a name, an id'],
  ['p', 'stay at the selected one while more come, or follow again'],
  ['c', 'clear the list; the service keeps its history'],
  ['esc', 'close help or details, or show all again'],
  ['^L', 'draw everything anew'],
  ['q  ^C', 'quit; what comes meanwhile waits at the service'],
] as const;
