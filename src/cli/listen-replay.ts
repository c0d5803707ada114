import { CalReplyError } from '../errors.js';
import { recordedDeliveries } from '../listen/recording.js';
import { startReplay } from '../listen/replay.js';
import { signedAnew } from '../listen/sign-anew.js';
import { pace, parseRate } from '../trigger/pace.js';
import type { LocalAppsOptions } from '../tunnel/local/local-apps.js';
import { systemClock } from '../util/clock.js';
import { environmentVariable } from './context.js';
import { openLines } from './lines.js';
import type { ListenPlan } from './listen-plan.js';
import type { ListenSource } from './listen-source.js';
import { openRoutes } from './open-routes.js';
import { OLD_SIGNATURES } from './output/listen.js';
import { readyRoutes } from './output/routes.js';
import { firstSignal } from './signals.js';

export interface OpenReplayOptions extends Pick<LocalAppsOptions, 'rehearsals'> {
  readonly flags: { readonly rate?: string | undefined };
  readonly plan: Pick<ListenPlan, 'routes'>;
  /** Says something beside the deliveries. */
  readonly note: (text: string) => void;
}

/** What signs a replay. */
const SECRET = 'CALREPLY_WEBHOOK_SECRET';

/**
 * Opens a recording, or standard input for `-`, to be played; no service is asked for anything.
 *
 * @throws {CalReplyError} WrongUse
 */
export async function openReplay(
  recording: string,
  { flags, plan, rehearsals, note }: OpenReplayOptions,
): Promise<ListenSource> {
  const perSecond = flags.rate === undefined ? undefined : parseRate(flags.rate);
  const secret = signingSecret();
  if (secret === undefined && rehearsals !== undefined && rehearsals.stale > 0) throw unsigned();
  const ending = new AbortController();
  const lines = await openLines(recording, ending.signal);
  const deliveries = recordedDeliveries(lines, recording === '-' ? 'standard input' : recording);
  const routes = await openRoutes(plan);
  return {
    opening: {
      type: 'replaying',
      at: new Date().toISOString(),
      recording,
      forwardTo: readyRoutes(plan.routes).forwardTo,
      signedAnew: secret !== undefined,
    },
    name: null,
    profile: null,
    signal: firstSignal(),
    endsByItself: true,
    start: (onEvent) =>
      startReplay({
        deliveries: signedAnew(deliveries, { secret, clock: systemClock, onOldSignature: () => note(OLD_SIGNATURES) }),
        routes,
        rehearsals,
        secret: () => secret,
        pace: pace(perSecond, systemClock),
        clock: systemClock,
        ending,
        onEvent,
      }),
  };
}

function unsigned(): CalReplyError {
  return new CalReplyError('WrongUse', `--stale signs copies, and there is no ${SECRET} to sign them with.`, {
    hint: 'Set it to the secret that your handler verifies with.',
  });
}

function signingSecret(): string | undefined {
  const secret = environmentVariable(SECRET) || undefined;
  if (secret === undefined || /^whsec_[A-Za-z0-9+/]+=*$/.test(secret)) return secret;
  throw new CalReplyError('WrongUse', `${SECRET} has no secret of a webhook in it.`, {
    hint: 'It looks like whsec_ and some letters and digits, as webhooks add or listen --print-secret show it.',
  });
}
