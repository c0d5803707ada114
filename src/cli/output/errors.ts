import type { CalReplyError } from '../../errors.js';
import { dim, red } from './colors.js';
import { jsonText, out, printable, printableLines, say } from './terminal.js';

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

/** Tells a person on stderr, or a program on stdout, why it failed. */
export function reportFailure(error: CalReplyError, { asJson, indent }: ReportOptions): void {
  if (asJson) out(jsonText(errorJson(error), indent));
  else say(renderError(error));
}

interface ReportOptions {
  readonly asJson: boolean;
  /** Spaces for each level of the JSON; one line when absent. */
  readonly indent?: number | undefined;
}

/** One sentence, and what to try. */
export function renderError(error: CalReplyError): string {
  const sentence = `${red('✗')} ${printableLines(error.message)}`;
  return error.hint === undefined ? sentence : `${sentence}\n  ${dim(printable(error.hint))}`;
}

export function errorJson({ code, message, hint }: CalReplyError): ErrorJson {
  return { error: { code, reason: message, hint: hint ?? null } };
}
