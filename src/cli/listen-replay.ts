import { CalReplyError } from '../errors.js';
import { recordedDeliveries } from '../listen/recording.js';
import { startReplay } from '../listen/replay.js';
import type { RunOptions } from '../listen/run.js';
import { signedAnew } from '../listen/sign-anew.js';
import { pace, parseRate } from '../trigger/pace.js';
import type { LocalAppsOptions } from '../tunnel/local-apps.js';
import { systemClock } from '../util/clock.js';
import { environmentVariable } from './context.js';
import { openLines } from './lines.js';
import type { ReplayingJson } from './output/listen.js';

/** A recording that is ready to be played. */
export interface Replay extends Pick<RunOptions, 'start'> {
  /** What is said of it first. */
  readonly replaying: ReplayingJson;
}

export interface ReplayOptions extends Pick<LocalAppsOptions, 'routes' | 'rehearsals'> {
  readonly rate: string | undefined;
  /** Where it goes, for who looks on. */
  readonly forwardTo: string;
  /** Told once, when a signature is sent that is as old as the recording. */
  readonly onOldSignature: () => void;
}

/** What signs a replay. */
const SECRET = 'CALREPLY_WEBHOOK_SECRET';

/**
 * Opens a recording, or standard input for `-`, to be played.
 *
 * @throws {CalReplyError} WrongUse
 */
export async function openReplay(
  recording: string,
  { rate, forwardTo, onOldSignature, ...apps }: ReplayOptions,
): Promise<Replay> {
  const perSecond = rate === undefined ? undefined : parseRate(rate);
  const secret = signingSecret();
  const ending = new AbortController();
  const lines = await openLines(recording, ending.signal);
  const deliveries = recordedDeliveries(lines, recording === '-' ? 'standard input' : recording);
  return {
    replaying: {
      type: 'replaying',
      at: new Date().toISOString(),
      recording,
      forwardTo,
      signedAnew: secret !== undefined,
    },
    start: (onEvent) =>
      startReplay({
        deliveries: signedAnew(deliveries, { secret, clock: systemClock, onOldSignature }),
        ...apps,
        secret: () => secret,
        pace: pace(perSecond, systemClock),
        clock: systemClock,
        ending,
        onEvent,
      }),
  };
}

function signingSecret(): string | undefined {
  const secret = environmentVariable(SECRET) || undefined;
  if (secret === undefined || /^whsec_[A-Za-z0-9+/]+=*$/.test(secret)) return secret;
  throw new CalReplyError('WrongUse', `${SECRET} has no secret of a webhook in it.`, {
    hint: 'It looks like whsec_ and some letters and digits, as webhooks add or listen --print-secret show it.',
  });
}
