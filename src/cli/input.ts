import { readFileSync } from 'node:fs';
import type { NotificationQuery } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { historyTypeOf } from './flags.js';
import { parseTime } from './time.js';
import type { TimeZone } from '../model/time-zone.js';
import { unreadable } from './unreadable.js';

/** The whole of a file, or of standard input for `-`. */
export async function readFileOrStdin(path: string): Promise<string> {
  if (path === '-') return readStdin();
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Everything that comes in on standard input. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * `name=value` pairs, such as those of `--set`.
 *
 * @throws {CalReplyError} WrongUse for one without a name or a `=`
 */
export function parsePairs(pairs: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const mark = pair.indexOf('=');
      if (mark < 1) throw new CalReplyError('WrongUse', `“${pair}” is not of the form ${flag} path=value.`);
      return [pair.slice(0, mark), pair.slice(mark + 1)];
    }),
  );
}

/**
 * `Name: value` headers, such as those of `--header`.
 *
 * @throws {CalReplyError} WrongUse for one without a name or a colon
 */
export function parseHeaders(headers: readonly string[]): [name: string, value: string][] {
  return headers.map((header) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([^]*)$/.exec(header) ?? [];
    const [wrong] = /[^\t -~\u0080-\u00ff]/u.exec(value ?? '') ?? [];
    if (name !== undefined && wrong !== undefined) {
      throw new CalReplyError(
        'WrongUse',
        `The value of the header ${name} cannot have ${characterName(wrong)} in it.`,
        {
          hint: 'It may have ASCII characters: letters, digits, spaces and signs.',
        },
      );
    }

    if (name === undefined || value === undefined) {
      throw new CalReplyError('WrongUse', `“${header}” is not a header.`, {
        hint: "It looks like --header 'Name: value'.",
      });
    }

    return [name, value];
  });
}

/** `“€”`, or for what cannot be seen `the character U+000A`. */
function characterName(character: string): string {
  if (/^[^\p{C}\p{Z}]$/u.test(character)) return `“${character}”`;
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Where `listen` forwards to: `3000`, `localhost`, `localhost:3000/path`, `:3000/path` or a whole URL.
 *
 * @throws {CalReplyError} InvalidUrl
 */
export function parseTarget(text: string): URL {
  const bare = text.replace(/^:(?=\d)/, 'localhost:');
  const whole = /^\d+($|[/?])/.test(bare)
    ? `http://localhost:${bare}`
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(bare)
      ? bare
      : `http://${bare}`;
  // The parser skips slashes: it would take “/hooks” for the host “hooks”.
  const url = !bare.startsWith('/') && URL.canParse(whole) ? new URL(whole) : undefined;
  // They would be shown wherever the target is, and are not sent.
  if (url?.username || url?.password) {
    throw new CalReplyError('InvalidUrl', `The address of a local app has no name or password in it.`, {
      hint: `Forward to ${withoutCredentials(url)}, and add --header 'Authorization: …'.`,
    });
  }

  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url;
  throw new CalReplyError('InvalidUrl', `“${text}” is nowhere to forward to.`, {
    hint: 'It looks like 3000, localhost:3000/hooks, or http://localhost:3000/hooks.',
  });
}

function withoutCredentials(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

/** The flags that narrow the history, as they were typed. */
interface HistoryFlags {
  readonly type?: string | undefined;
  readonly calendar?: string | undefined;
  readonly subscription?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** From here on: of notifications only. */
  readonly status?: NotificationQuery['status'];
  readonly webhook?: string | undefined;
  readonly event?: string | undefined;
}

/**
 * The flags that narrow the history, as the service's query.
 *
 * @throws {CalReplyError} WrongUse for a time that is none, or a span that ends before it begins; UnknownEventType
 */
export function historyQuery(flags: HistoryFlags, now: number): Omit<NotificationQuery, 'limit' | 'cursor'> {
  const { type, calendar, subscription, status, webhook, event } = flags;
  return {
    type: type === undefined ? undefined : historyTypeOf(type),
    calendar,
    subscription,
    ...parseRange(flags, now),
    status,
    webhook,
    event,
  };
}

/**
 * `--since` and `--until`, as ISO 8601.
 *
 * @param zone whose clocks they mean where they name none; those of this machine when absent
 * @throws {CalReplyError} WrongUse for a time that is none, or a span that ends before it begins
 */
export function parseRange(
  flags: Pick<HistoryFlags, 'since' | 'until'>,
  now: number,
  zone?: TimeZone,
): { since: string | undefined; until: string | undefined } {
  const since = flags.since === undefined ? undefined : parseTime(flags.since, now, zone);
  const until = flags.until === undefined ? undefined : parseTime(flags.until, now, zone);
  if (since === undefined || until === undefined || until >= since) return { since, until };
  throw new CalReplyError('WrongUse', `--until ${flags.until} is before --since ${flags.since}.`, {
    hint: 'Nothing can be between them.',
  });
}

/**
 * The flags that lists share, as the service's query.
 *
 * @throws {CalReplyError} WrongUse for a time that is none
 */
export function pageQuery(
  flags: HistoryFlags & { readonly limit: number; readonly cursor?: string | undefined },
  now: number,
): NotificationQuery {
  const { limit, cursor } = flags;
  return { ...historyQuery(flags, now), limit, cursor };
}

/** Whether a query asks for a part of the history only, and not for a page of all there is. */
export function isNarrowed({ limit: _, cursor: __, ...filters }: NotificationQuery): boolean {
  return Object.values(filters).some((filter) => filter !== undefined);
}
