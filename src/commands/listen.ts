import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { ServiceCommand } from '../cli/base-command.js';
import { eventTypesFlag, secretFlags } from '../cli/flags.js';
import { linkFlags } from '../cli/link-flags.js';
import { endingFlags, recordingFlags } from '../cli/listen-flags.js';
import { openLive } from '../cli/listen-live.js';
import { listenerName } from '../cli/listener-name.js';
import { listenPlan } from '../cli/listen-plan.js';
import { openReplay } from '../cli/listen-replay.js';
import { runParts } from '../cli/listen-run.js';
import { openListenView } from '../cli/open-listen-view.js';
import { renderError } from '../cli/output/errors.js';
import type { EndFacts } from '../cli/output/listen-end.js';
import type { ListenView } from '../cli/output/listen-view.js';
import { printable } from '../cli/output/terminal.js';
import { rehearsalFlags, rehearsalsOf } from '../cli/rehearsal-flags.js';
import { routeFlags } from '../cli/route-flags.js';
import { LONGEST_TIMEOUT } from '../cli/routes.js';
import { SIGNAL_CODES } from '../cli/signals.js';
import { forwardProblems } from '../listen/forward-problems.js';
import { judgedRun } from '../listen/judged-run.js';
import type { ListenReporter } from '../listen/report.js';
import type { ListenWatcher } from '../listen/watcher.js';

/** What it prints with --json, one object a line. */
export type { ListenJson } from '../cli/output/listen-json.js';

export default class Listen extends ServiceCommand {
  static override summary = 'Bring events to a program on this machine as they happen.';
  static override description = [
    'Opens a tunnel to the service, so that nothing here must be reachable from outside. The public inbox is an ordinary URL: whatever is POSTed there reaches the local app byte for byte. While the app is down, notifications wait.',
    'The listener keeps its place under its name: what happens while it is away is delivered when it is back.',
    'With --expect it ends when everything that is expected was answered 2xx, nothing is in flight and nothing more came for a quarter of a second; when too many came; or when the time of --within is over, which what must not come (=0) always takes whole. With --exec it ends after the command, once all that has come is answered. A notification counts once, however often it was tried; one that was not answered 2xx in the end is a failure too.',
    `Exit codes: 0 all went as expected, 1 a recording or a report could not be written, 2 nowhere to forward to, not a type or a file that cannot be used, 3 not logged in, 4 no such webhook or notification, 5 service not reachable, 6 an expectation was not met or a notification failed, 7 the tunnel was lost for good, 9 the command of --exec failed, ${SIGNAL_CODES} ended by a signal.`,
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
    const asJson = this.jsonEnabled();
    const note = (text: string) => this.note(text);
    const listener = () => listenerName(listenPlan(flags).name);
    const parts = runParts(flags, listener, (error) => note(renderError(error)));
    const plan = listenPlan(flags);
    const options = { flags, plan, rehearsals: rehearsalsOf(flags), asJson, note };
    for (const notice of plan.notices) note(printable(notice));

    const source =
      flags.replay === undefined
        ? await openLive({
            ...options,
            readyFile: parts.readyFile,
            connect: () => this.connect(flags),
            remembered: this.rememberedListeners,
            client: `${this.config.name}/${this.config.version} on ${hostname()}`,
          })
        : await openReplay(flags.replay, options);
    const view = await openListenView({
      asJson,
      reveal: flags.reveal,
      env: this.env,
      plain: flags.plain,
      isScripted: parts.isScripted,
      retry: source.retry,
    });
    const run = await shown(view, parts.reporter, async () => {
      if (source.placed) view.placed(source.placed);
      const judged = await judgedRun({
        ...parts,
        ...source,
        signal: Promise.race([source.signal, view.quit]),
        watchers: [view, ...(asJson ? [] : [explainer(view)]), ...parts.watchers],
        onReady() {
          view.ready(source.opening, source.profile);
          source.onReady?.();
        },
      });
      return { ...parts, ...judged, report: parts.reporter.report(), name: source.name };
    });
    if (run.failure) this.failWithResult(run.failure);
    this.exit(run.exitCode);
  }
}

/** Has it said why deliveries fail. */
function explainer(view: ListenView): ListenWatcher {
  return { onEvent: forwardProblems((problem) => view.explain(problem)) };
}

/** Shows the end of a run, also of one that breaks off, and gives the terminal back however it ends. */
async function shown(view: ListenView, reporter: ListenReporter, run: () => Promise<EndFacts>): Promise<EndFacts> {
  try {
    const facts = await run();
    view.end(facts);
    return facts;
  } catch (error) {
    view.brokeOff(reporter.report());
    throw error;
  } finally {
    view.close();
  }
}
