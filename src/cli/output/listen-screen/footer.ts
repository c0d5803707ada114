import { bold, dim } from '../colors.js';
import { count } from '../text.js';
import { lineWidth, paddedLine, type Line, type Span } from './line.js';
import type { ScreenState } from './state.js';
import type { Window } from './window.js';

/** What is said, or what is filtered by, and beside it how much there is. */
export function statusLine(state: ScreenState, window: Window): Line {
  const { columns } = window.layout;
  const counts: Span = { text: countsText(state, window), paint: dim };
  const room = columns - lineWidth([counts]) - 2;
  const { message, filter, now } = state;
  const said: Line =
    message !== null && message.until > now
      ? [{ text: message.text }]
      : filter.text === '' || filter.isEdited
        ? []
        : [
            { text: 'only ', paint: dim },
            { text: filter.text, paint: bold },
            { text: ' · esc shows all', paint: dim },
          ];
  // What is said is said once; the counts come back.
  if (lineWidth(said) > columns) return [...paddedLine(said, columns - lineWidth([WHOLE])), WHOLE];
  if (room < lineWidth(said)) return said.length > 0 ? said : [counts];
  return [...paddedLine(said, room), { text: '  ' }, counts];
}

/** What is cut has its next step at its end, most often. */
const WHOLE: Span = { text: ' ? shows all', paint: dim };

function countsText({ counts, selected, kept, filter }: ScreenState, { matching }: Window): string {
  const newer = selected === null ? 0 : matching.filter(({ number }) => number > selected).length;
  return [
    filter.text === '' ? count(counts.arrived, 'event') : `${matching.length} of ${kept.exchanges.length} shown`,
    counts.failed > 0 ? `${counts.failed} failed` : '',
    selected === null ? '' : newer > 0 ? `paused, ${newer} newer ↓` : 'paused',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** The keys, as many as fit whole, the most needed first; or the filter that is being typed. */
export function keysLine(state: ScreenState, columns: number): Line {
  const { filter, details, showsHelp } = state;
  if (filter.isEdited) {
    const hint = '5xx, failed, a type, a calendar, an id · enter keeps · esc clears';
    return [{ text: '/ ', paint: bold }, { text: filter.text }, { text: '▏ ' }, { text: hint, paint: dim }];
  }

  const keys: Line[] = (showsHelp ? HELP_KEYS : details.isOpen ? DETAIL_KEYS : LIST_KEYS).map(([key, what]) => [
    { text: key, paint: bold },
    { text: ` ${what}`, paint: dim },
  ]);
  let line: Line = [];
  for (const key of keys) {
    const longer: Line = line.length === 0 ? key : [...line, { text: SEPARATOR, paint: dim }, ...key];
    if (lineWidth(longer) > columns) break;
    line = longer;
  }

  return line;
}

const SEPARATOR = '   ';

type Keys = readonly (readonly [key: string, what: string])[];

const LIST_KEYS: Keys = [
  ['q', 'quit'],
  ['?', 'help'],
  ['↑↓', 'select'],
  ['enter', 'details'],
  ['r', 'send again'],
  ['/', 'filter'],
  ['p', 'pause'],
  ['c', 'clear'],
];
const DETAIL_KEYS: Keys = [
  ['esc', 'close'],
  ['?', 'help'],
  ['↑↓', 'select'],
  ['space b', 'scroll'],
  ['r', 'send again'],
  ['/', 'filter'],
  ['p', 'pause'],
  ['q', 'quit'],
];
const HELP_KEYS: Keys = [['esc', 'back']];
