import { CalReplyError } from '../errors.js';
import { HISTORY_TYPES, kebabEventType, parseHistoryType } from '../model/event-types.js';

/** How many notifications of a type are to be answered 2xx. */
export interface Expectation {
  /** As it was written, such as `subscribe=2+`. */
  readonly text: string;
  /** In the service's spelling; null for any. */
  readonly eventType: string | null;
  readonly count: number;
  /** More than `count` will do as well. */
  readonly orMore: boolean;
}

/**
 * `subscribe=2` is exactly two, `subscribe=2+` two or more, `unsubscribe=0` none; `inbox=1` counts what came in at the
 * inbox and is no Event Object, `any=3` whatever it is.
 *
 * @throws {CalReplyError} WrongUse
 */
export function parseExpectation(text: string): Expectation {
  const [, name = '', number, more] = /^([^=]+)=(\d{1,9})(\+?)$/.exec(text.trim()) ?? [];
  if (number === undefined) {
    throw new CalReplyError('WrongUse', `“${text}” is no expectation.`, {
      hint: 'It looks like --expect subscribe=2, or subscribe=2+ for two and more.',
    });
  }

  const eventType = name.toLowerCase() === ANY ? null : parseHistoryType(name);
  if (eventType === undefined) {
    const names = HISTORY_TYPES.map(kebabEventType);
    throw new CalReplyError('UnknownEventType', `“${name}” in --expect ${text} is not a type of event.`, {
      hint: `There are ${names.join(', ')}, and ${ANY}.`,
    });
  }

  return { text: text.trim(), eventType, count: Number(number), orMore: more === '+' };
}

const ANY = 'any';

/** Whether `answered` is what was expected. */
export function isMet({ count, orMore }: Expectation, answered: number): boolean {
  return orMore ? answered >= count : answered === count;
}

/** Whether so many were answered that nothing can put it right. */
export function isExceeded({ count, orMore }: Expectation, answered: number): boolean {
  return !orMore && answered > count;
}

/** `2 × Subscribe`, `at least 3 × any type`, `no Unsubscribe`. */
export function expectationText({ eventType, count, orMore }: Expectation): string {
  const type = eventType ?? 'any type';
  if (count === 0 && !orMore) return eventType === null ? 'nothing' : `no ${type}`;
  return `${orMore ? 'at least ' : ''}${count} × ${type}`;
}
