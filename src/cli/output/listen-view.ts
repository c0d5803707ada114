import type { ForwardProblem } from '../../listen/forward-problems.js';
import type { ListenReport } from '../../listen/report.js';
import type { ListenWatcher } from '../../listen/watcher.js';
import { dim } from './colors.js';
import { worthALine } from './connection.js';
import { forwardAdvice, type Signatures } from './forward-advice.js';
import { renderReport, reportJson } from './listen-report.js';
import { closedJson, renderEnd, type EndFacts } from './listen-end.js';
import { renderListenEvent, renderReady, renderReplaying, type LineOptions } from './listen.js';
import { listenJson, type ListenJson, type ReadyJson, type ReplayingJson } from './listen-json.js';
import { renderPlaced, type PlacedJson } from './place.js';
import { jsonText, out, printable, say } from './terminal.js';

/** How a run of `listen` is shown: as lines, as JSON, or on a screen. */
export interface ListenView extends ListenWatcher {
  /** Says why deliveries fail, and what to try. */
  explain(problem: ForwardProblem): void;
  /** The listener starts at another place than its own. */
  placed(placed: Omit<PlacedJson, 'type' | 'at'>): void;
  /** Deliveries can come. */
  ready(ready: ReadyJson | ReplayingJson, profile: string | null): void;
  /** Resolves with an exit code when the person wants no more. */
  readonly quit: Promise<number>;
  /** Gives back what it took of the terminal; also before an error is told. */
  close(): void;
  /** Says what the run came to. */
  end(run: EndFacts): void;
  /** Says what came before the run broke off; why it did is told after that. */
  brokeOff(report: ListenReport): void;
}

/** One object a line. */
export function jsonView(): ListenView {
  const line = (json: ListenJson) => out(jsonText(json));
  let hasTunnel = true;
  return {
    explain: () => undefined,
    placed: (placed) => line({ type: 'placed', at: new Date().toISOString(), ...placed }),
    ready(ready) {
      hasTunnel = ready.type === 'ready';
      line(ready);
    },
    onEvent(event) {
      if (event.kind === 'connected' && !hasTunnel) return;
      const json = listenJson(event, new Date());
      if (json) line(json);
    },
    quit: never(),
    close: () => undefined,
    end(run) {
      line(reportJson(run.report, new Date()));
      line(closedJson(run, new Date()));
    },
    brokeOff: (report) => line(reportJson(report, new Date())),
  };
}

/** A line for each thing that happens. */
export function linesView(options: LineOptions): ListenView {
  const isWorthALine = worthALine();
  let isPlaced = false;
  let signatures: Signatures | undefined;
  return {
    explain(problem) {
      const advice = forwardAdvice(problem, { ...options, signatures });
      if (advice !== undefined) out(`          ${dim(advice)}`);
    },
    placed(placed) {
      isPlaced = true;
      say(renderPlaced(placed, new Date()));
    },
    ready(ready, profile) {
      if (ready.type === 'replaying') {
        signatures = ready.signedAnew ? 'made anew' : 'recorded';
        return say(renderReplaying(ready));
      }

      say(renderReady(ready, profile));
      if (ready.secret !== null) say(`Signing secret: ${printable(ready.secret)}`);
    },
    onEvent(event) {
      // What waits is what was just said to come again, or nothing.
      if (isPlaced && event.kind === 'connected' && !event.again) return;
      const line = isWorthALine(event) ? renderListenEvent(event, new Date(), options) : undefined;
      if (line !== undefined) out(line);
    },
    quit: never(),
    close: () => undefined,
    end: (run) => say(endText(run)),
    brokeOff(report) {
      const text = renderReport(report);
      if (text !== undefined) say(text);
    },
  };
}

/** What a run came to, and why it is over. */
export function endText(run: EndFacts): string {
  const report = renderReport(run.report);
  return report === undefined ? renderEnd(run) : `\n${report}\n${renderEnd(run).trimStart()}`;
}

function never(): Promise<number> {
  return new Promise(() => undefined);
}
