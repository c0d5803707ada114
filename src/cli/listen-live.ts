import { systemErrorCode } from '../errors.js';
import type { ApiClient } from '../api/client.js';
import type { ReadyFile } from '../listen/ready-file.js';
import type { Rehearsals } from '../tunnel/listening.js';
import { whyClosed } from '../util/port.js';
import type { Context } from './context.js';
import { openDevPorts } from './dev-ports.js';
import type { EnvFile } from './env-file.js';
import { envFileOf } from './flags.js';
import { placeOf } from './link-flags.js';
import { execOf } from './listen-exec.js';
import type { ListenPlan } from './listen-plan.js';
import type { ListenSource } from './listen-source.js';
import { listenerName } from './listener-name.js';
import { openRoutes } from './open-routes.js';
import { renderClosedPort, renderUnreachable } from './output/listen.js';
import type { ReadyJson } from './output/listen-json.js';
import { readyRoutes } from './output/routes.js';
import { printable } from './output/terminal.js';
import type { RememberedListeners } from './remembered-listeners.js';
import { retryOne } from './retry.js';
import { firstSignal } from './signals.js';
import { webhookId } from './webhook-id.js';

export interface LiveOptions {
  readonly flags: LiveFlags;
  readonly plan: ListenPlan;
  readonly rehearsals: Rehearsals | undefined;
  readonly readyFile: ReadyFile | undefined;
  /** Finds the service, and starts the one of this machine when it is to be that. */
  readonly connect: () => Promise<{ readonly api: ApiClient; readonly context: Context }>;
  readonly remembered: RememberedListeners;
  /** Words for people who ask who listens. */
  readonly client: string;
  /** Standard output has only our JSON; nobody reads what is noted. */
  readonly asJson: boolean;
  /** Says something beside the deliveries. */
  readonly note: (text: string) => void;
}

interface LiveFlags {
  readonly since?: string | undefined;
  readonly 'no-backlog': boolean;
  readonly takeover: boolean;
  readonly concurrency?: number | undefined;
  readonly 'strict-order': boolean;
  readonly 'sign-as'?: string | undefined;
  readonly 'print-secret': boolean;
  readonly 'write-env'?: string | undefined;
  readonly 'env-name'?: string | undefined;
  readonly exec?: string | undefined;
}

/**
 * Opens a listener at the service, and puts it at the place where it is to start. Nothing is shown meanwhile: what goes
 * wrong here is an error like that of any other command.
 *
 * @throws {CalReplyError} WrongUse before anything is asked; then whatever the service refuses
 */
export async function openLive(options: LiveOptions): Promise<ListenSource> {
  const { flags, plan, rehearsals, connect, client, asJson } = options;
  const { eventTypes } = plan;
  const name = listenerName(plan.name);
  const envFile = envFileOf(flags, { replaces: true });
  const place = placeOf(flags, Date.now());
  const { api, context } = await connect();
  const signal = firstSignal();
  const signAs = flags['sign-as'] === undefined ? undefined : await webhookId(api, flags['sign-as']);
  const wanted = { name, eventTypes, ...(signAs !== undefined && { signAs }) };
  // The tunnel is loaded while the service answers.
  const [account, listener, routes, { startListening }] = await Promise.all([
    api.account(),
    api.openListener({ ...wanted, takeover: flags.takeover }),
    openRoutes(plan),
    import('../tunnel/listening.js'),
  ]);
  envFile?.write(listener.secret);
  const placed = place && (await api.placeListener(listener.id, { ...place, takeover: flags.takeover }));

  const ready: ReadyJson = {
    type: 'ready',
    at: new Date().toISOString(),
    account: account.code,
    listener: { id: listener.id, name, webhookId: listener.webhookId },
    eventTypes,
    ...readyRoutes(plan.routes),
    inboxUrl: listener.inboxUrl,
    secret: flags['print-secret'] ? listener.secret : null,
  };
  return {
    opening: ready,
    name,
    profile: context.profile,
    placed: place && placed && { ...place, ...placed },
    signal,
    start: (onEvent) =>
      startListening({
        open: () => api.tunnelOf(wanted),
        renew: () => api.renewedAccessToken(),
        takeover: flags.takeover,
        concurrency: flags['strict-order'] ? 1 : (flags.concurrency ?? plan.concurrency),
        order: flags['strict-order'] ? 'listener' : undefined,
        client,
        routes,
        rehearsals,
        onEvent,
      }),
    onReady() {
      tellBeside(options, { apiUrl: api.apiUrl, name, envFile });
      options.readyFile?.write({ ...ready, secret: listener.secret, pid: process.pid });
    },
    exec: execOf(flags.exec, { listener, apiUrl: api.apiUrl, profile: context.profile, asJson }),
    retry: (id) => retryOne(api, id),
  };
}

interface Opened {
  readonly apiUrl: string;
  readonly name: string;
  readonly envFile: EnvFile | undefined;
}

/** What is to be known beside that it is ready. */
function tellBeside({ plan, remembered, asJson, note }: LiveOptions, { apiUrl, name, envFile }: Opened): void {
  try {
    // For `events trigger --to mine`, which alone does not work when this fails.
    remembered.remember(apiUrl, name);
  } catch (error) {
    const why = printable((error as Error).message);
    note(`This listener could not be remembered for events trigger --to mine: ${why}.`);
  }

  if (envFile) note(`The signing secret is in ${printable(envFile.path)}, as ${envFile.name}.`);
  if (asJson) return;
  const targets = plan.routes.filter(({ mirror }) => !mirror).map(({ target }) => target);
  // It is one program that is not there, whatever goes to it.
  for (const target of new Map(targets.map((each) => [each.origin, each])).values())
    void adviseOnClosedPort(target, note);
}

/** “localhost” alone is port 80, where a development server seldom is. What is refused waits, and all else fails. */
async function adviseOnClosedPort(target: URL, note: (text: string) => void): Promise<void> {
  const error = await whyClosed(target);
  if (systemErrorCode(error) === 'ECONNREFUSED') note(renderClosedPort(target, await openDevPorts()));
  else if (error) note(renderUnreachable(target, error));
}
