import { stripVTControlCharacters } from 'node:util';
import { problemAlone } from '../../../listen/forward-problems.js';
import { REHEARSAL_NAMES } from '../../../listen/rehearsal-tally.js';
import { isSuccess } from '../../../model/notification.js';
import type { ForwardOutcome } from '../../../tunnel/local/forward.js';
import { byStatus, bold, dim, red, yellow } from '../colors.js';
import { forwardAdvice } from '../forward-advice.js';
import { maskedField, maskedHeader, shownText } from '../personal-data.js';
import { prettyJson } from '../pretty-json.js';
import { standingOf, statusOf, type Exchange } from './exchange.js';
import { wrapped, wrappedWords, type Line, type Span } from './line.js';
import { outcomeText } from '../outcome-text.js';

/** So much of a body is shown, in characters, and in lines; the rest is counted. */
const MOST_SHOWN = 65_536;
const MOST_LINES = 2_000;

/** An exchange from top to bottom, wrapped to a width: how it went, why, and what was said. */
export function detailLines(exchange: Exchange, columns: number, reveal: boolean): readonly Line[] {
  const known = made.get(exchange);
  if (known?.columns === columns && known.reveal === reveal) return known.lines;
  const lines = linesOf(exchange, columns, reveal);
  made.set(exchange, { columns, reveal, lines });
  return lines;
}

/** An exchange never changes, and making its lines takes longer than drawing them. */
const made = new WeakMap<Exchange, { readonly columns: number; readonly reveal: boolean; readonly lines: Line[] }>();

function linesOf(exchange: Exchange, columns: number, reveal: boolean): Line[] {
  const { outcome } = exchange;
  const answer = outcome?.kind === 'answered' ? bodyLines(outcome.answer, columns, reveal) : [];
  const answerPart = answer.length > 0 ? [heading('answer'), ...answer, []] : [];
  const request = [...requestLines(exchange, columns, reveal), []];
  const hasFailed = standingOf(exchange) === 'failed';
  return [
    ...wrappedLine(`${exchange.method} ${shownText(outcome?.url ?? exchange.path, reveal)}`, columns, bold),
    ...outcomeLines(exchange, columns, reveal),
    [],
    // What failed is explained by its answer; what went well is known by what was sent.
    ...(hasFailed ? [...answerPart, ...request] : [...request, ...answerPart]),
    ...besideLines(exchange, columns, reveal),
  ];
}

function outcomeLines(exchange: Exchange, columns: number, reveal: boolean): Line[] {
  const { outcome } = exchange;
  const status = statusOf(exchange);
  if (outcome === null || status === undefined) return [[{ text: '… no answer yet', paint: dim }]];
  const marks = [
    exchange.attempt > 1 ? `try ${exchange.attempt}` : '',
    SIGNATURES[exchange.signature],
    exchange.isTest ? 'sent as a test' : '',
  ].filter((mark) => mark !== '');
  const first: Line = [
    { text: shownText(outcomeText(outcome), reveal), paint: (text) => byStatus(status, text) },
    { text: marks.map((mark) => ` · ${mark}`).join(''), paint: dim },
  ];
  const advice = adviceOn(outcome, exchange, reveal);
  return [
    first,
    ...(advice === undefined ? [] : wrappedWords(advice, columns).map((text): Line => [{ text, paint: yellow }])),
  ];
}

/** What to try, as far as the outcome alone says; nothing of success, and of what was not forwarded. */
function adviceOn(outcome: ForwardOutcome, { type, path }: Exchange, reveal: boolean): string | undefined {
  if (outcome.url === '' || (outcome.kind === 'answered' && isSuccess(outcome.status))) return undefined;
  const advice = forwardAdvice(problemAlone(outcome, { eventType: type, inboxPath: path }), { reveal });
  return advice && stripVTControlCharacters(advice);
}

const SIGNATURES = { valid: 'sig ✓', invalid: 'sig ✗ the signature does not hold', none: '' } as const;

function requestLines({ content }: Exchange, columns: number, reveal: boolean): Line[] {
  if (content === null)
    return [[{ text: 'What was sent made room for newer ones: see calreply notifications show', paint: dim }]];
  const body = bodyLines(content.body.toString('utf8', 0, MOST_SHOWN * 8), columns, reveal);
  const headers = content.headers.flatMap(([name, value]): Line[] => {
    const shown = reveal ? value : maskedHeader(name, value);
    const [first = '', ...rest] = wrapped(`${name}: ${shown}`, columns);
    const head = first.slice(0, name.length + 1);
    return [[{ text: head, paint: dim }, { text: first.slice(head.length) }], ...rest.map((text): Line => [{ text }])];
  });
  return [...(body.length > 0 ? [heading('body'), ...body, []] : []), heading('headers'), ...headers];
}

/** A body as its lines: JSON made readable, everything else as it is. */
function bodyLines(text: string, columns: number, reveal: boolean): Line[] {
  if (text.trim() === '') return [];
  const lines = prettyJson(text, reveal ? undefined : maskedField) ?? plainLines(text, reveal);
  const shown = lines
    .slice(0, MOST_LINES)
    .flatMap((line) => wrapped(line, columns).map((part): Line => [{ text: part }]));
  const left = lines.length - MOST_LINES;
  return left > 0 ? [...shown, [{ text: `… and ${left} more lines`, paint: dim }]] : shown;
}

function plainLines(text: string, reveal: boolean): string[] {
  const start = text.slice(0, MOST_SHOWN);
  const shown = shownText(start, reveal)
    .trimEnd()
    .split(/\r\n?|\n/);
  return text.length > MOST_SHOWN ? [...shown, `… and ${text.length - MOST_SHOWN} more characters`] : shown;
}

/** What went elsewhere, or was tried beside it. */
function besideLines({ mirrored, rehearsed }: Exchange, columns: number, reveal: boolean): Line[] {
  const copies = mirrored.flatMap((outcome) =>
    wrappedLine(
      outcome ? shownText(`copy to ${outcome.url}  ${outcomeText(outcome)}`, reveal) : 'a copy was left out',
      columns,
      dim,
    ),
  );
  const tries = rehearsed.flatMap(({ rehearsal, outcome, passed }) => {
    const answer = outcome === null ? 'not sent' : shownText(outcomeText(outcome), reveal);
    return wrappedLine(
      `${passed ? '✓' : '✗'} ${REHEARSAL_NAMES[rehearsal]}  ${answer}`,
      columns,
      passed ? undefined : red,
    );
  });
  return copies.length + tries.length === 0 ? [] : [heading('beside it'), ...copies, ...tries];
}

function heading(text: string): Line {
  return [{ text, paint: dim }];
}

function wrappedLine(text: string, columns: number, paint: Span['paint']): Line[] {
  return wrapped(text, columns).map((part): Line => [{ text: part, paint }]);
}
