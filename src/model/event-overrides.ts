import { CalReplyError } from '../errors.js';
import type { EventObject } from './event.js';

/**
 * `event` with some of its details replaced: a copy when there are any.
 *
 * A path starts at `eventDetails` and names each step: `subscription.subscriberEmail`, `subscription.calendarTags.0.tagName`.
 * Where the value that stands there is text, the new one is text; elsewhere it is read as JSON (`true`, `15`, `null`).
 *
 * @throws {CalReplyError} InvalidRequest when a path names nothing in the event (the sentence lists the first of what there
 *   is), or an object or a list that would become something else
 */
export function overrideDetails(event: EventObject, overrides: Readonly<Record<string, string>>): EventObject {
  if (Object.keys(overrides).length === 0) return event;
  const eventDetails = structuredClone(event.eventDetails) as Branch;
  for (const [path, value] of Object.entries(overrides)) replace(eventDetails, path, value);
  return { ...event, eventDetails };
}

type Branch = Record<string, unknown>;

function replace(details: Branch, path: string, value: string): void {
  const steps = path.replace(/^eventDetails\./, '').split('.');
  const last = steps.pop() ?? '';
  let branch: unknown = details;
  for (const step of steps) branch = isBranch(branch) && hasField(branch, step) ? branch[step] : undefined;
  if (!isBranch(branch) || !hasField(branch, last)) {
    throw new CalReplyError(
      'InvalidRequest',
      `Nothing in this event is called “${cut(path)}”. It has: ${listed(leafPaths(details))}.`,
    );
  }

  const old = branch[last];
  const replacement = typeof old === 'string' ? value : parsed(value);
  if (isBranch(old) && !isSameKind(old, replacement)) {
    throw new CalReplyError(
      'InvalidRequest',
      `“${cut(path)}” is ${Array.isArray(old) ? 'a list' : 'an object'}, and cannot become anything else: set a value in it, or all of it as JSON.`,
    );
  }

  branch[last] = replacement;
}

/** An event whose `subscription` was 5 would belong to nobody. */
function isSameKind(old: Branch, replacement: unknown): boolean {
  return isBranch(replacement) && Array.isArray(replacement) === Array.isArray(old);
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The most paths that a sentence lists, and the most characters it shows of one. */
const MOST_PATHS = 30;
const MOST_NAME = 200;

function listed(paths: readonly string[]): string {
  const more = paths.length - MOST_PATHS;
  return paths.slice(0, MOST_PATHS).map(cut).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function cut(name: string): string {
  return name.length > MOST_NAME ? `${name.slice(0, MOST_NAME)}…` : name;
}

/** `['actionType', 'subscription.calendarId', …]`: every path that leads to a value. */
function leafPaths(branch: Branch, prefix = ''): string[] {
  return Object.entries(branch).flatMap(([key, value]) =>
    isBranch(value) && Object.keys(value).length > 0 ? leafPaths(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

/** An array has its `length` as well, but that is no field of an event. */
function hasField(branch: Branch, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(branch, name);
}

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null;
}
