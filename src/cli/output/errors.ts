import type { CalReplyError } from '../../errors.js';
import { dim, red } from './colors.js';
import { printable, printableLines } from './terminal.js';

/** What a command prints with `--json` when it fails. Scripts depend on it. */
export interface ErrorJson {
  readonly error: {
    /** For programs, such as `NotFound`. */
    readonly code: string;
    /** A sentence for people. */
    readonly reason: string;
    /** What to try, or null. */
    readonly hint: string | null;
  };
}

/** One sentence, and what to try. */
export function renderError(error: CalReplyError): string {
  const sentence = `${red('✗')} ${printableLines(error.message)}`;
  return error.hint === undefined ? sentence : `${sentence}\n  ${dim(printable(error.hint))}`;
}

export function errorJson({ code, message, hint }: CalReplyError): ErrorJson {
  return { error: { code, reason: message, hint: hint ?? null } };
}
