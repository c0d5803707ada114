import { CalReplyError, systemErrorCode } from '../errors.js';
import { systemErrorText } from '../util/system-error-text.js';

/**
 * The error of settings that cannot be read or written, with what to try for its cause.
 *
 * @param what what went wrong, without a full stop
 */
export function unusable(what: string, cause: unknown): CalReplyError {
  if (cause instanceof CalReplyError) return cause;
  const reason = `${what}: ${systemErrorText(cause)}.`;
  return new CalReplyError('SettingsUnreadable', reason, { cause, hint: hintFor(systemErrorCode(cause)) });
}

function hintFor(code: string | undefined): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room on its disk, then try again.';
    case 'EROFS':
      return 'It is on a disk that is read-only: name another folder in CALREPLY_CONFIG_DIR.';
    default:
      return 'Check the rights on the folder, or name another one in CALREPLY_CONFIG_DIR.';
  }
}
