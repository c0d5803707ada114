import { CalReplyError } from '../errors.js';
import { systemErrorText } from '../util/system-error-text.js';

/** A file that a command was told to read, and cannot. */
export function unreadable(path: string, cause: unknown): CalReplyError {
  return new CalReplyError('WrongUse', `${path} cannot be read: ${systemErrorText(cause)}.`, { cause });
}
