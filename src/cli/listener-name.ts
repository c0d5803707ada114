import { hostname } from 'node:os';
import { CalReplyError } from '../errors.js';
import { LISTENER_NAME } from '../model/listener.js';

/**
 * The name of a listener: the one that is given, or one made from the name of this machine.
 *
 * @throws {CalReplyError} WrongUse
 */
export function listenerName(given: string | undefined): string {
  const name = given ?? (ofMachine() || 'listener');
  if (new RegExp(LISTENER_NAME).test(name)) return name;
  throw new CalReplyError('WrongUse', `“${name}” cannot be the name of a listener.`, {
    hint: 'Use up to 64 letters, digits, dots, - and _.',
  });
}

/** A machine's name may have what the name of a listener may not. */
function ofMachine(): string {
  return hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
}
