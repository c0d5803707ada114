import { hostname } from 'node:os';
import { Flags, type Interfaces } from '@oclif/core';
import { ServiceCommand } from '../cli/base-command.js';
import { openDevPorts } from '../cli/dev-ports.js';
import { envFileOf, eventTypesFlag, secretFlags } from '../cli/flags.js';
import { execOf } from '../cli/listen-exec.js';
import { linkFlags, placeOf } from '../cli/link-flags.js';
import { endingFlags, recordingFlags } from '../cli/listen-flags.js';
import { listenPlan, type ListenPlan } from '../cli/listen-plan.js';
import { runParts, type RunParts } from '../cli/listen-run.js';
import { listenerName } from '../cli/listener-name.js';
import { renderError } from '../cli/output/errors.js';
import type { EndFacts } from '../cli/output/listen-end.js';
import { OLD_SIGNATURES, renderClosedPort, type ReadyJson } from '../cli/output/listen.js';
import { readyRoutes } from '../cli/output/routes.js';
import type { ListenView } from '../cli/output/listen-view.js';
import { printable } from '../cli/output/terminal.js';
import { openListenView, type ListenViewOptions } from '../cli/open-listen-view.js';
import { openReplay } from '../cli/listen-replay.js';
import { LONGEST_TIMEOUT } from '../cli/project-file.js';
import { rehearsalFlags, rehearsalsOf } from '../cli/rehearsal-flags.js';
import { retryOne } from '../cli/retry.js';
import { routeFlags } from '../cli/route-flags.js';
import { firstSignal } from '../cli/signals.js';
import { webhookId } from '../cli/webhook-id.js';
import { judgedRun } from '../listen/judged-run.js';
import type { ListenWatcher } from '../listen/watcher.js';
import { forwardProblems } from '../listen/forward-problems.js';
import type { Rehearsals, Route } from '../tunnel/listening.js';
import { isOpen } from '../util/port.js';

export default class Listen extends ServiceCommand {
  static override summary = 'Bring events to a program on this machine as they happen.';
  static override description = [
    'Opens a tunnel to the service, so that nothing here must be reachable from outside. The public inbox is an ordinary URL: whatever is POSTed there reaches the local app byte for byte. While the app is down, notifications wait.',
    'The listener keeps its place under its name: what happens while it is away is delivered when it is back.',
    'With --expect it ends when everything that is expected was answered 2xx, nothing is in flight and nothing more came for a quarter of a second; when too many came; or when the time of --within is over, which what must not come (=0) always takes whole. With --exec it ends after the command, once all that has come is answered. A notification counts once, however often it was tried; one that was not answered 2xx in the end is a failure too.',
    'Exit codes: 0 all went as expected, 1 a recording or a report could not be written, 2 nowhere to forward to, not a type or a file that cannot be used, 3 not logged in, 5 service not reachable, 6 an expectation was not met or a notification failed, 7 the tunnel was lost for good, 9 the command of --exec failed, 130 or 143 ended by a signal.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> --forward-to localhost',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --events subscribe,unsubscribe',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --since 10m',
    '<%= config.bin %> <%= command.id %> --forward-to localhost:3000/hooks --local --json',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --expect subscribe=2 --within 30s --junit junit.xml',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --exec "npm test" --expect any=3+',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --save run.ndjson',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --replay run.ndjson',
  ];
  static override flags = {
    ...routeFlags,
    events: eventTypesFlag(
      'The types it wants, with commas between; those that have a route when absent, or every type.',
    ),
    name: Flags.string({
      summary: 'The name of this listener.',
      helpValue: 'NAME',
      defaultHelp: () => Promise.resolve('the name of this machine'),
    }),
    header: Flags.string({
      summary: 'A header to add to every request.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "'Name: value'",
    }),
    timeout: Flags.integer({
      summary: 'Seconds the local app may take; 0 for no limit.',
      min: 0,
      max: LONGEST_TIMEOUT,
      helpValue: 'SECONDS',
      defaultHelp: () => Promise.resolve('30, or what the project file says'),
    }),
    ...linkFlags,
    reveal: Flags.boolean({ summary: 'Show personal data as it is.' }),
    plain: Flags.boolean({ summary: 'Print lines also in a terminal, where there is a screen otherwise.' }),
    'print-secret': Flags.boolean({ summary: 'Show the secret that verifies the signatures.' }),
    ...secretFlags,
    ...rehearsalFlags,
    ...endingFlags,
    ...recordingFlags,
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(Listen);
    const plan = listenPlan(flags);
    const setup: Setup = {
      flags,
      plan,
      rehearsals: rehearsalsOf(flags),
      parts: runParts(flags, (error) => this.note(renderError(error))),
    };
    for (const notice of plan.notices) this.note(printable(notice));
    const { replay } = flags;
    const run = replay === undefined ? await this.#live(setup) : await this.#replay(replay, setup);
    if (run.failure) this.failWithResult(run.failure);
    this.exit(run.exitCode);
  }

  /** Brings what the service has. */
  async #live({ flags, plan, rehearsals, parts }: Setup): Promise<EndFacts> {
    const { eventTypes } = plan;
    const name = listenerName(plan.name);
    const envFile = envFileOf(flags, { replaces: true });
    const place = placeOf(flags, Date.now());
    const { api, context } = await this.connect(flags);
    const signal = firstSignal();
    const signAs = flags['sign-as'] === undefined ? undefined : await webhookId(api, flags['sign-as']);
    const wanted = { name, eventTypes, ...(signAs !== undefined && { signAs }) };
    // The tunnel is loaded while the service answers.
    const [account, listener, routes, { startListening }] = await Promise.all([
      api.account(),
      api.openListener({ ...wanted, takeover: flags.takeover }),
      routesOf(plan),
      import('../tunnel/listening.js'),
    ]);
    envFile?.write(listener.secret);

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
    const view = await openListenView({
      ...this.#viewOptions(flags),
      retry: (id) => retryOne(api, id),
      plain: flags.plain,
      isScripted: parts.expectations.length > 0 || flags.exec !== undefined,
    });
    if (place) {
      const placed = await api.placeListener(listener.id, { ...place, takeover: flags.takeover });
      view.placed({ ...place, ...placed });
    }

    const run = judgedRun({
      ...parts,
      signal: Promise.race([signal, view.quit]),
      watchers: [view, explainer(view), ...parts.watchers],
      start: (onEvent) =>
        startListening({
          open: () => api.tunnelOf(wanted),
          renew: () => api.renewedAccessToken(),
          takeover: flags.takeover,
          window: flags['strict-order'] ? undefined : (flags.concurrency ?? plan.concurrency),
          order: flags['strict-order'] ? 'listener' : undefined,
          client: `${this.config.name}/${this.config.version} on ${hostname()}`,
          routes,
          rehearsals,
          onEvent,
        }),
      onReady: () => {
        view.ready(ready, context.profile);
        this.#remember(api.apiUrl, name);
        if (envFile) this.note(`The signing secret is in ${printable(envFile.path)}, as ${envFile.name}.`);
        for (const { target, mirror } of plan.routes) if (!mirror) void this.#adviseOnClosedPort(target);
        parts.readyFile?.write({ ...ready, secret: listener.secret, pid: process.pid });
      },
      exec: execOf(flags.exec, {
        listener,
        apiUrl: api.apiUrl,
        profile: context.profile,
        asJson: this.jsonEnabled(),
      }),
    });
    return shown(
      view,
      run.then((course) => ({ ...parts, ...course, report: parts.reporter.report(), name })),
    );
  }

  /** Plays a recording; no service is asked for anything. */
  async #replay(recording: string, { flags, plan, rehearsals, parts }: Setup): Promise<EndFacts> {
    const { replaying, start } = await openReplay(recording, {
      rate: flags.rate,
      routes: await routesOf(plan),
      rehearsals,
      forwardTo: readyRoutes(plan.routes).forwardTo,
      onOldSignature: () => this.note(OLD_SIGNATURES),
    });
    const view = await openListenView({ ...this.#viewOptions(flags), isScripted: true });
    const run = judgedRun({
      ...parts,
      start,
      signal: firstSignal(),
      watchers: [view, explainer(view), ...parts.watchers],
      onReady: () => view.ready(replaying, null),
    });
    return shown(
      view,
      run.then((course) => ({ ...parts, ...course, report: parts.reporter.report(), name: null })),
    );
  }

  #viewOptions({ reveal }: { readonly reveal: boolean }): Pick<ListenViewOptions, 'asJson' | 'reveal' | 'env'> {
    return { asJson: this.jsonEnabled(), reveal, env: this.env };
  }

  /** For `events trigger --to mine`, which alone does not work when this fails. */
  #remember(apiUrl: string, name: string): void {
    try {
      this.rememberedListeners.remember(apiUrl, name);
    } catch (error) {
      const why = printable((error as Error).message);
      this.note(`This listener could not be remembered for events trigger --to mine: ${why}.`);
    }
  }

  /** “localhost” alone is port 80, where a development server seldom is. */
  async #adviseOnClosedPort(target: URL): Promise<void> {
    if (!(await isOpen(target))) this.note(renderClosedPort(target, await openDevPorts()));
  }
}

/** Has it said why deliveries fail. */
function explainer(view: ListenView): ListenWatcher {
  return { onEvent: forwardProblems((problem) => view.explain(problem)) };
}

/** The ways to local apps; what speaks HTTP is loaded here. */
async function routesOf({ routes }: ListenPlan): Promise<readonly Route[]> {
  const { forwarder } = await import('../tunnel/forward.js');
  return routes.map(({ types, mirror, ...target }) => ({ types, mirror, forwarder: forwarder(target) }));
}

/** Shows the end of a run, and gives the terminal back however it ends. */
async function shown(view: ListenView, run: Promise<EndFacts>): Promise<EndFacts> {
  try {
    const facts = await run;
    view.end(facts);
    return facts;
  } finally {
    view.close();
  }
}

/** What the flags say, read. */
interface Setup {
  readonly flags: Interfaces.InferredFlags<typeof Listen.flags & typeof Listen.baseFlags>;
  readonly plan: ListenPlan;
  readonly rehearsals: Rehearsals | undefined;
  readonly parts: RunParts;
}
