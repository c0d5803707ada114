import { CalReplyError } from '../errors.js';
import { kebabEventType } from '../model/event-types.js';

/* What is wrong with a file that somebody wrote by hand: sentences, each with its place, such as `routes[1].timeout`. */

/** What `work` gives, or, when it throws one of our errors, undefined and a problem at this place. */
export function checked<T>(work: () => T, place: string, problems: string[]): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CalReplyError)) throw error;
    problems.push(`${place}: ${error.message}`);
    return undefined;
  }
}

/** @param place empty for the file itself */
export function refuseUnknownKeys(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  place: string,
  problems: string[],
): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      problems.push(
        `${place === '' ? key : `${place}.${key}`}: nothing here is called so; there is ${known.join(', ')}.`,
      );
  }
}

/** The types that may be named somewhere, and how a name is read. */
export interface TypeNames<Type extends string> {
  readonly names: readonly Type[];
  readonly parse: (text: string) => Type | undefined;
}

/** A list of types, each once; empty when there is none, for every type. */
export function typesAt<Type extends string>(
  value: unknown,
  place: string,
  problems: string[],
  { names, parse }: TypeNames<Type>,
): Type[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push(`${place}: this has to be a list of types; leave it out for every type.`);
    return [];
  }

  if (value.length === 0) problems.push(`${place}: this names no type; leave it out for every type.`);
  const types = value.flatMap((name: unknown, index) => {
    const type = typeof name === 'string' ? parse(name) : undefined;
    if (type) return [type];
    problems.push(
      `${place}[${index}]: “${textOf(name)}” is not a type of event; there are ${names.map(kebabEventType).join(', ')}.`,
    );
    return [];
  });
  return [...new Set(types)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
