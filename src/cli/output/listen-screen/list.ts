import { shownText } from '../personal-data.js';
import { byStatus, bold, dim } from '../colors.js';
import { shortenedInside } from '../table.js';
import { clockTime, durationText, maskedEmail, tookText } from '../text.js';
import { printable } from '../terminal.js';
import { statusOf, type Exchange } from './exchange.js';
import { padded, type Line, type Span } from './line.js';
import { briefError } from '../outcome-text.js';
import type { ScreenState } from './state.js';
import { headRows, selectedOf, type Window } from './window.js';

/** The rows of the list, its head first where there is room for one; one for each row of its area. */
export function listLines(window: Window, state: ScreenState): Line[] {
  const { rows, columns } = window.layout.list;
  if (rows === 0) return [];
  const columnsOf = columnsFor(columns, state);
  const head = columnsOf.map((column) => ({ text: padded(column.head, column.width, column.side), paint: dim }));
  const selected = selectedOf(window);
  const shown = window.matching.slice(window.top, window.top + window.rows).map((exchange): Line => {
    const isSelected = exchange === selected;
    const cells = columnsOf.map(({ width, side, cell }): Span => {
      const { text, paint } = cell(exchange);
      return { text: padded(text, width, side), paint: isSelected && !paint ? bold : paint };
    });
    return [{ text: isSelected ? '❯ ' : '  ', paint: bold }, ...spaced(cells)];
  });
  const lines = shown.length > 0 ? shown : emptyLines(state);
  const heads: Line[] = headRows(window.layout) > 0 ? [[{ text: '  ' }, ...spaced(head)]] : [];
  return [...heads, ...lines].slice(0, rows);
}

interface Column {
  readonly head: string;
  readonly width: number;
  readonly side?: 'left' | 'right';
  readonly cell: (exchange: Exchange) => Span;
}

const MARK = 2;
const GAP = 2;
const OUTCOME = 9;
const DURATION = 7;
/** As wide as `…DetailsUpdated`. */
const BRIEF_TYPE = 15;
/** As wide as the longest type. */
const WHOLE_TYPE = 26;
/** As wide as `try 2  sig ✓`. */
const MARKS = 12;
const ID = 30;
/** Two columns side by side are to be read, or there is only one. */
const LEAST_PAIR = 36;
const MOST_CALENDAR = 28;
const MOST_SUBSCRIBER = 34;

/** What fits beside each other, and how wide: they are the same for every row, so that nothing moves as rows come. */
function columnsFor(columns: number, state: ScreenState): Column[] {
  const isWide = columns >= 120;
  const typeWidth = isWide ? WHOLE_TYPE : BRIEF_TYPE;
  const fixed: Column[] = [
    { head: 'time', width: 8, cell: ({ at }) => ({ text: clockTime(new Date(at)), paint: dim }) },
    { head: 'answer', width: OUTCOME, cell: (exchange) => outcomeSpan(exchange) },
    { head: '', width: DURATION, side: 'right', cell: (exchange) => durationSpan(exchange, state.now) },
    { head: 'type', width: typeWidth, cell: ({ type }) => ({ text: isWide ? type : briefType(type) }) },
  ];
  const marks: Column = { head: '', width: MARKS, cell: (exchange) => ({ text: marksOf(exchange), paint: dim }) };
  const id: Column = { head: 'notification', width: ID, cell: (exchange) => ({ text: exchange.id, paint: dim }) };
  const taken = (some: readonly Column[]) => some.reduce((sum, { width }) => sum + width + GAP, MARK);
  let left = columns - taken(fixed);
  const behind: Column[] = [];
  if (left >= LEAST_PAIR / 2 + MARKS) {
    behind.push(marks);
    left -= MARKS + GAP;
  }

  const route = hasSeveralRoutes(state);
  if (route && left >= LEAST_PAIR + 30) {
    behind.push({
      head: 'sent to',
      width: 28,
      cell: ({ outcome }) => ({ text: shortenedInside(printable(routeOf(outcome?.url ?? '')), 28), paint: dim }),
    });
    left -= 28 + GAP;
  }

  if (left >= LEAST_PAIR + ID + GAP) {
    behind.push(id);
    left -= ID + GAP;
  }

  return [...fixed, ...aboutColumns(left, state.reveal), ...behind];
}

/** Whom and what it is about, in the room that is left. */
function aboutColumns(left: number, reveal: boolean): Column[] {
  if (left < 4) return [];
  const subscriberOf = ({ subscriberEmail }: Exchange) =>
    subscriberEmail === null ? '' : reveal ? subscriberEmail : maskedEmail(subscriberEmail);
  const requestOf = (exchange: Exchange) =>
    exchange.calendarTitle ?? (exchange.path === '' ? '' : `${exchange.method} ${shownText(exchange.path, reveal)}`);
  if (left < LEAST_PAIR) {
    return [
      { head: 'about', width: left, cell: (exchange) => ({ text: subscriberOf(exchange) || requestOf(exchange) }) },
    ];
  }

  const calendar = Math.min(Math.floor((left - GAP) / 2), MOST_CALENDAR);
  const subscriber = Math.min(left - GAP - calendar, MOST_SUBSCRIBER);
  return [
    { head: 'calendar', width: calendar, cell: (exchange) => ({ text: requestOf(exchange) }) },
    { head: 'subscriber', width: subscriber, cell: (exchange) => ({ text: subscriberOf(exchange) }) },
  ];
}

function outcomeSpan(exchange: Exchange): Span {
  const status = statusOf(exchange);
  if (status === undefined) return { text: '…', paint: dim };
  const { outcome } = exchange;
  const text = outcome?.kind === 'unanswered' ? `✗ ${briefError(outcome.error)}` : String(status);
  return { text, paint: (shown) => byStatus(status, shown) };
}

/** What it took, or takes by now: an app that hangs shows. */
function durationSpan({ outcome, at }: Exchange, now: number): Span {
  if (outcome) return { text: tookText(outcome.durationMs) };
  const elapsed = Math.floor((now - at) / 1000) * 1000;
  return { text: elapsed > 0 ? durationText(elapsed) : '', paint: dim };
}

/** Six of the eight types begin alike, so a narrow list leaves that out. */
function briefType(type: string): string {
  return type.length <= BRIEF_TYPE ? type : type.replace(/^Subscription(?=[A-Z])/, '…');
}

function marksOf({ attempt, signature, rehearsed }: Exchange): string {
  const hasFailed = rehearsed.some(({ passed }) => !passed);
  return [
    attempt > 1 ? `try ${attempt}` : '',
    rehearsed.length === 0 ? '' : hasFailed ? 'tried ✗' : 'tried ✓',
    signature === 'none' ? '' : signature === 'valid' ? 'sig ✓' : 'sig ✗',
  ]
    .filter((mark) => mark !== '')
    .join(' ');
}

function hasSeveralRoutes({ kept }: ScreenState): boolean {
  // What was not sent anywhere has an empty one.
  const urls = kept.exchanges.map(({ outcome }) => outcome?.url ?? '').filter((url) => url !== '');
  const [first = ''] = urls;
  return urls.some((url) => url !== first && routeOf(url) !== routeOf(first));
}

function routeOf(url: string): string {
  return url.replace(/^https?:\/\/|\?.*$/gs, '');
}

function emptyLines(state: ScreenState): Line[] {
  const { text } = state.filter;
  if (state.kept.exchanges.length > 0)
    return [[], [{ text: `  Nothing here fits “${text}”. esc shows all again.`, paint: dim }]];
  const lines = [
    'Waiting for the first event. From another terminal:',
    '',
    '  calreply events trigger subscribe --to mine',
    '',
    'or POST anything to the public inbox.',
  ];
  return [[], ...lines.map((line): Line => [{ text: `  ${line}`, paint: dim }])];
}

function spaced(cells: readonly Span[]): Span[] {
  return cells.flatMap((cell, index) => (index === 0 ? [cell] : [{ text: ' '.repeat(GAP) }, cell]));
}
