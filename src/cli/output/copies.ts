import type { ForwardOutcome } from '../../tunnel/local/forward.js';
import type { ListenEvent, Rehearsal } from '../../tunnel/listening.js';
import { REHEARSAL_NAMES } from '../../listen/rehearsal-tally.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { byStatus, dim, red } from './colors.js';
import { printable } from './terminal.js';

/* What `listen` says of copies: those for mirrors, and those that try a handler. */

type Mirrored = Extract<ListenEvent, { kind: 'mirrored' }>;
type Rehearsed = Extract<ListenEvent, { kind: 'rehearsed' }>;

/** A copy went to a mirror, or was left out. */
export interface MirroredJson {
  readonly type: 'mirrored';
  readonly at: string;
  readonly notification: string;
  readonly attempt: number;
  readonly target: string;
  /** True when too many copies waited for this mirror, and this one was not sent. */
  readonly leftOut: boolean;
  /** HTTP status of the mirror's answer, or null when there was none. */
  readonly status: number | null;
  readonly error: string | null;
}

/** A handler's negative path was tried. */
export interface RehearsedJson {
  readonly type: 'rehearsed';
  readonly at: string;
  readonly notification: string;
  readonly attempt: number;
  readonly rehearsal: Rehearsal;
  /** Whether the app did what it should. */
  readonly passed: boolean;
  /** HTTP status of the app's answer, or null when there was none, or nothing was sent. */
  readonly status: number | null;
  readonly error: string | null;
}

export function mirroredJson({ delivery: { id, attempt }, target, outcome }: Mirrored, at: string): MirroredJson {
  const leftOut = outcome === null;
  return { type: 'mirrored', at, notification: id, attempt, target, leftOut, ...answerOf(outcome) };
}

export function rehearsedJson(
  { delivery: { id, attempt }, rehearsal, outcome, passed }: Rehearsed,
  at: string,
): RehearsedJson {
  return { type: 'rehearsed', at, notification: id, attempt, rehearsal, passed, ...answerOf(outcome) };
}

/** @param shownUrl how much of a URL is shown */
export function renderMirrored(
  { delivery: { id }, target, outcome }: Mirrored,
  shownUrl: (url: string) => string,
): string {
  const to = printable(shownUrl(outcome?.url ?? target));
  if (outcome === null) return dim(`⇉ left out: too many wait for the mirror ${to}  ${printable(id)}`);
  return dim(`⇉ ${answerText(outcome)}   mirror ${to}  ${printable(id)}`);
}

export function renderRehearsed({ delivery, rehearsal, outcome, passed }: Rehearsed): string {
  const name = REHEARSAL_NAMES[rehearsal];
  const id = dim(printable(delivery.id));
  if (outcome === null) return `↯ ${name}: the service sends it again in some seconds  ${id}`;
  const answer = outcome.kind === 'answered' ? byStatus(outcome.status, answerText(outcome)) : answerText(outcome);
  if (passed) return `↯ ${name} → ${answer} as it should  ${id}`;
  return `${red('✗')} ${name} → ${answer}: ${adviceOn(rehearsal, outcome)}`;
}

function adviceOn(rehearsal: Rehearsal, outcome: ForwardOutcome): string {
  if (rehearsal === 'duplicate') return 'the app should answer 2xx to what it has seen; webhook-id tells it.';
  const isTaken = outcome.kind === 'answered' && outcome.status < 300;
  if (!isTaken) return 'the app should refuse it with 4xx, such as 401.';
  return rehearsal === 'stale'
    ? 'the app took it. Refuse a webhook-timestamp that is more than five minutes from now.'
    : 'the app took it. Check the signature over the raw body before anything else.';
}

function answerText(outcome: ForwardOutcome): string {
  return outcome.kind === 'answered' ? String(outcome.status) : printable(deliveryErrorText(outcome.error));
}

function answerOf(outcome: ForwardOutcome | null): { readonly status: number | null; readonly error: string | null } {
  if (outcome?.kind === 'answered') return { status: outcome.status, error: null };
  return { status: null, error: outcome?.error ?? null };
}
