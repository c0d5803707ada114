import { CalReplyError } from '../errors.js';

/**
 * A span of time: `500ms`, `2s`, `10m`, `1h`.
 *
 * @param flag it belongs to, for messages
 * @returns milliseconds, more than none
 * @throws {CalReplyError} WrongUse
 */
export function parseDuration(text: string, flag: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const ms = number === undefined || unit === undefined ? 0 : Math.round(Number(number) * UNIT_MS[unit as Unit]);
  if (ms >= 1 && ms <= LONGEST) return ms;
  throw new CalReplyError('WrongUse', `${flag} takes a time of up to a week; “${text}” is none.`, {
    hint: `It looks like ${flag} 500ms, ${flag} 2s, or ${flag} 10m.`,
  });
}

type Unit = 'ms' | 's' | 'm' | 'h';
const UNIT_MS: Readonly<Record<Unit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const LONGEST = 604_800_000;
