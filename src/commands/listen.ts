import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { ServiceCommand } from '../cli/base-command.js';
import { openDevPorts } from '../cli/dev-ports.js';
import { envFileOf, eventTypesFlag, secretFlags } from '../cli/flags.js';
import { listenPlan } from '../cli/listen-plan.js';
import { forwardAdvice } from '../cli/output/forward-advice.js';
import {
  listenJson,
  renderClosedPort,
  renderListenEvent,
  renderReady,
  type LineOptions,
  type ListenJson,
  type ReadyJson,
} from '../cli/output/listen.js';
import { renderReport, reportJson } from '../cli/output/listen-report.js';
import { dim } from '../cli/output/colors.js';
import { jsonText, out, printable } from '../cli/output/terminal.js';
import { LONGEST_TIMEOUT } from '../cli/project-file.js';
import { rehearsalFlags, rehearsalsOf } from '../cli/rehearsal-flags.js';
import { routeFlags } from '../cli/route-flags.js';
import type { RoutePlan } from '../cli/routes.js';
import { linkFlags, placeOf } from '../cli/link-flags.js';
import { worthALine } from '../cli/output/connection.js';
import { renderPlaced, type PlacedJson } from '../cli/output/place.js';
import { firstSignal } from '../cli/signals.js';
import { webhookId } from '../cli/webhook-id.js';
import { CalReplyError } from '../errors.js';
import { forwardProblems } from '../listen/forward-problems.js';
import { listenReporter, type ListenReport } from '../listen/report.js';
import { LISTENER_NAME } from '../model/listener.js';
import type { ListenEvent } from '../tunnel/listening.js';
import { isOpen } from '../util/port.js';

/** How long ^C waits for what is being forwarded, in milliseconds. */
const DRAIN = 5_000;

export default class Listen extends ServiceCommand {
  static override summary = 'Bring events to a program on this machine as they happen.';
  static override description =
    'Opens a tunnel to the service, so that nothing here must be reachable from outside. The public inbox is an ordinary URL: whatever is POSTed there reaches the local app byte for byte. While the app is down, notifications wait.\n\nThe listener keeps its place under its name: what happens while it is away is delivered when it is back.\n\nExit codes: 2 nowhere to forward to or not a type, 3 not logged in, 5 service not reachable, 7 the tunnel was lost for good, 130 or 143 ended by a signal.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --forward-to localhost',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --events subscribe,unsubscribe',
    '<%= config.bin %> <%= command.id %> --forward-to 3000 --since 10m',
    '<%= config.bin %> <%= command.id %> --forward-to localhost:3000/hooks --local --json',
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
    'print-secret': Flags.boolean({ summary: 'Show the secret that verifies the signatures.' }),
    ...secretFlags,
    ...rehearsalFlags,
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(Listen);
    const plan = listenPlan(flags);
    const { eventTypes } = plan;
    const rehearsals = rehearsalsOf(flags);
    const envFile = envFileOf(flags, { replaces: true });
    const name = listenerName(plan.name);
    const place = placeOf(flags, Date.now());
    for (const notice of plan.notices) this.note(printable(notice));
    const { api, context } = await this.connect(flags);
    const signal = firstSignal();
    const signAs = flags['sign-as'] === undefined ? undefined : await webhookId(api, flags['sign-as']);
    const wanted = { name, eventTypes, ...(signAs !== undefined && { signAs }) };
    // The tunnel is loaded while the service answers.
    const [account, listener, { forwarder }, { startListening }] = await Promise.all([
      api.account(),
      api.openListener({ ...wanted, takeover: flags.takeover }),
      import('../tunnel/forward.js'),
      import('../tunnel/listening.js'),
    ]);
    if (place) {
      const placed = await api.placeListener(listener.id, { ...place, takeover: flags.takeover });
      this.#tellPlaced({ ...place, ...placed });
    }

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
    const reporter = listenReporter();
    const lookForProblems = forwardProblems((problem) => {
      const advice = forwardAdvice(problem);
      if (advice !== undefined) this.show(`          ${dim(advice)}`);
    });
    const isWorthALine = worthALine();
    const tell = (event: ListenEvent) => {
      reporter.onEvent(event);
      this.#tell(event, isWorthALine(event), { reveal: flags.reveal });
      lookForProblems(event);
    };
    const onEvent = (event: ListenEvent) => {
      if (event.kind !== 'connected' || event.again) return tell(event);
      this.#remember(api.apiUrl, name);
      this.#greet(ready, context.profile);
      if (ready.secret !== null) this.note(`Signing secret: ${printable(ready.secret)}`);
      if (envFile) this.note(`The signing secret is in ${printable(envFile.path)}, as ${envFile.name}.`);
      tell(event);
      for (const { target, mirror } of plan.routes) if (!mirror) void this.#adviseOnClosedPort(target);
    };
    const listening = startListening({
      open: () => api.tunnelOf(wanted),
      renew: () => api.renewedAccessToken(),
      takeover: flags.takeover,
      window: flags['strict-order'] ? undefined : (flags.concurrency ?? plan.concurrency),
      order: flags['strict-order'] ? 'listener' : undefined,
      client: `${this.config.name}/${this.config.version} on ${hostname()}`,
      routes: plan.routes.map((route) => ({ ...route, forwarder: forwarder(route) })),
      rehearsals,
      onEvent,
    });
    const exitCode = await Promise.race([signal, listening.ended]);
    await listening.stop(DRAIN);
    this.#report(reporter.report());
    if (this.jsonEnabled()) this.#line({ type: 'closed', at: new Date().toISOString() });
    else this.note(`\nStopped. Listener “${name}” keeps its place: what happens now is delivered when it is back.`);
    this.exit(exitCode ?? 0);
  }

  #greet(ready: ReadyJson, profile: string | null): void {
    if (this.jsonEnabled()) this.#line(ready);
    else this.note(renderReady(ready, profile));
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

  #tellPlaced(placed: Omit<PlacedJson, 'type' | 'at'>): void {
    const now = new Date();
    const json = { type: 'placed', at: now.toISOString(), ...placed } as const;
    if (this.jsonEnabled()) this.#line(json);
    else this.note(renderPlaced(json, now));
  }

  #tell(event: ListenEvent, isWorthALine: boolean, options: LineOptions): void {
    const now = new Date();
    if (this.jsonEnabled()) {
      const json = listenJson(event, now);
      return json && this.#line(json);
    }

    const line = isWorthALine ? renderListenEvent(event, now, options) : undefined;
    if (line !== undefined) this.show(line);
  }

  #report(report: ListenReport): void {
    if (this.jsonEnabled()) return this.#line(reportJson(report, new Date()));
    const text = renderReport(report);
    if (text !== undefined) this.note(`\n${text}`);
  }

  #line(json: ListenJson): void {
    out(jsonText(json));
  }

  /** “localhost” alone is port 80, where a development server seldom is. */
  async #adviseOnClosedPort(target: URL): Promise<void> {
    if (!(await isOpen(target))) this.note(renderClosedPort(target, await openDevPorts()));
  }
}

/** Where deliveries go, for programs. */
function readyRoutes(routes: readonly RoutePlan[]): Pick<ReadyJson, 'forwardTo' | 'routes'> {
  const own = routes.filter(({ mirror }) => !mirror);
  const main = own.find(({ types }) => types.length === 0) ?? own[0];
  return {
    forwardTo: main?.target.href ?? '',
    routes: routes.map(({ types, target, mirror }) => ({ eventTypes: types, to: target.href, mirror })),
  };
}

function listenerName(given: string | undefined): string {
  // A machine's name may have what the name of a listener may not.
  const name =
    given ??
    (hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 64) ||
      'listener');
  if (new RegExp(LISTENER_NAME).test(name)) return name;
  throw new CalReplyError('WrongUse', `“${name}” cannot be the name of a listener.`, {
    hint: 'Use up to 64 letters, digits, dots, - and _.',
  });
}
