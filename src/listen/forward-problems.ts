import { isSuccess } from '../model/notification.js';
import { inboxPath } from '../model/request.js';
import type { ForwardOutcome } from '../tunnel/local/forward.js';
import type { ListenEvent } from '../tunnel/listening.js';
import { RecentMap } from '../util/recent-map.js';
import { isInContainer, openElsewhere, speaksTls } from './look-around.js';

/** A delivery that failed, with what a look around has shown of the reason. */
export interface ForwardProblem {
  readonly url: string;
  readonly eventType: string | null;
  /** What followed the inbox's own URL, path and query; empty for Event Objects. */
  readonly inboxPath: string;
  /** The answer's; null when there was none. */
  readonly status: number | null;
  readonly location: string | null;
  /** Why there was no answer, as in the history of notifications. */
  readonly error: string | null;
  readonly systemCode: string | null;
  /** Where something listens though nothing does at the URL. */
  readonly openAt: string | null;
  /** What listens at an http URL speaks TLS. */
  readonly isTlsPort: boolean;
  readonly isInContainer: boolean;
}

/** A target counts as new again when so many others have had a problem since. */
const REMEMBERED = 100;

/**
 * Watches deliveries fail, and tells of each problem when it begins: not again before it has changed or gone.
 *
 * @param onProblem called some milliseconds later, when something had to be looked at
 */
export function forwardProblems(onProblem: (problem: ForwardProblem) => void): (event: ListenEvent) => void {
  const told = new RecentMap<string, string>(REMEMBERED);
  const meet = (place: string, what: string, find: () => Promise<ForwardProblem>) => {
    if (told.get(place) === what) return;
    told.set(place, what);
    find().then(onProblem, () => undefined);
  };

  return (event) => {
    if (event.kind === 'holding' && event.heldMs === 0) {
      meet(event.target, 'connection_refused', () => refused(new URL(event.target)));
    } else if (event.kind === 'resumed') {
      told.delete(event.target);
    } else if (event.kind === 'forwarded' && event.outcome.url !== '') {
      const { outcome, delivery } = event;
      const { origin, pathname } = new URL(outcome.url);
      const place = origin + pathname;
      if (outcome.kind === 'answered' && isSuccess(outcome.status)) told.delete(place);
      else
        meet(place, outcome.kind === 'answered' ? String(outcome.status) : outcome.error, () =>
          failed(outcome, { eventType: delivery.event.type, inboxPath: inboxPath(delivery) }),
        );
    }
  };
}

async function refused(target: URL): Promise<ForwardProblem> {
  return {
    ...NOTHING_SEEN,
    url: target.href,
    error: 'connection_refused',
    openAt: (await openElsewhere(target)) ?? null,
    isInContainer: isInContainer(),
  };
}

async function failed(outcome: ForwardOutcome, sent: Sent): Promise<ForwardProblem> {
  const { url } = outcome;
  const isTlsPort = url.startsWith('http:') && mayMeanTls(outcome) && (await speaksTls(new URL(url)));
  return { ...problemAlone(outcome, sent), isTlsPort };
}

/** What was sent that failed. */
type Sent = Pick<ForwardProblem, 'eventType' | 'inboxPath'>;

/** What an outcome that is no success says by itself, without a look around. */
export function problemAlone(outcome: ForwardOutcome, sent: Sent): ForwardProblem {
  const { url } = outcome;
  return outcome.kind === 'answered'
    ? { ...NOTHING_SEEN, ...sent, url, status: outcome.status, location: outcome.location ?? null }
    : { ...NOTHING_SEEN, ...sent, url, error: outcome.error, systemCode: outcome.systemCode ?? null };
}

/** An https server that is spoken to in plain http closes the connection, answers in TLS, or 400 in plain http. */
function mayMeanTls(outcome: ForwardOutcome): boolean {
  if (outcome.kind === 'answered') return outcome.status === 400;
  return outcome.error === 'connection_reset' || outcome.error === 'bad_answer';
}

/** A problem of which nothing is known yet but where it was. */
export const NOTHING_SEEN = {
  eventType: null,
  inboxPath: '',
  status: null,
  location: null,
  error: null,
  systemCode: null,
  openAt: null,
  isTlsPort: false,
  isInContainer: false,
} as const;
