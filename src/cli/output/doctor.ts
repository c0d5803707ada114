import type { Check } from '../../doctor/check.js';
import { dim, green, red, yellow } from './colors.js';
import { printable } from './terminal.js';
import { count } from './text.js';

/** What `doctor --json` prints. */
export interface DoctorJson {
  /** True when nothing failed. */
  readonly ok: boolean;
  /** In the order in which they were looked at. */
  readonly checks: readonly Check[];
}

const MARKS = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };
const COLORS = { ok: green, warning: yellow, failed: red, skipped: dim };

/** The longest name of a check. */
const NAME_WIDTH = 'config-folder'.length;

/** One line, and what to do on a second one where there is something to do. */
export function renderCheck({ name, status, seen, advice }: Check): string {
  const text = printable(seen);
  const line = `${COLORS[status](MARKS[status])} ${name.padEnd(NAME_WIDTH)}  ${status === 'skipped' ? dim(text) : text}`;
  return advice === null ? line : `${line}\n${' '.repeat(NAME_WIDTH + 4)}${printable(advice)}`;
}

export function renderDoctorEnd({ checks }: DoctorJson): string {
  const number = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const failures = number('failed');
  const warnings = number('warning');
  if (failures > 0) return red(`${count(failures, 'thing is', 'things are')} not in order.`);
  if (warnings > 0) return yellow(`It works, with ${count(warnings, 'warning')}.`);
  return green('Everything that was looked at is in order.');
}
