import type { EventObject } from '../../model/event.js';

/** Nobody's events nest as deep as this, and what nests much deeper cannot be made into JSON again. */
const DEEPEST = 64;

/** The body as an Event Object, when it looks like one. */
export function eventObjectOf(body: Buffer): EventObject | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as Partial<EventObject> | null;
    const isEvent = typeof value?.eventDetails === 'object' && value.eventDetails !== null;
    return isEvent && !nestsDeeper(value, DEEPEST) ? (value as EventObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `value` has more than `most` objects or arrays inside each other. Looks no deeper than that. */
function nestsDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => nestsDeeper(inner, most - 1));
}
