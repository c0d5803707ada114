import { CalReplyError } from '../errors.js';

/** What is looked at, in this order. */
export const CHECKS = [
  'program',
  'config-folder',
  'profile',
  'proxy',
  'service',
  'certificate',
  'clock',
  'credentials',
  'webhooks',
  'local-app',
  'tunnel',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** One thing that was looked at. */
export interface Check {
  readonly name: CheckName;
  /** `warning` works, but may not for long or not for everybody; `skipped` could not be looked at, or need not be. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was seen: a sentence, or a few words. */
  readonly seen: string;
  /** What to do about it; null when there is nothing to do. */
  readonly advice: string | null;
}

/** What a look came to. */
export interface Finding extends Omit<Check, 'name'> {
  /** Of something that failed: the exit code that other commands end with for that. */
  readonly exitCode: number;
}

export const ok = (seen: string): Finding => ({ status: 'ok', seen, advice: null, exitCode: 0 });

export const warning = (seen: string, advice: string): Finding => ({ status: 'warning', seen, advice, exitCode: 0 });

export const skipped = (seen: string, advice: string | null = null): Finding => ({
  status: 'skipped',
  seen,
  advice,
  exitCode: 0,
});

export const failed = (seen: string, advice: string | null, exitCode = 1): Finding => ({
  status: 'failed',
  seen,
  advice,
  exitCode,
});

/** A failure of ours, as any command would tell it. */
export function failedBy(error: unknown): Finding {
  if (error instanceof CalReplyError) return failed(error.message, error.hint ?? null, error.exitCode);
  return failed(error instanceof Error ? error.message : String(error), null);
}
