import { maskedText } from '../personal-data.js';
import type { ListenEvent } from '../../../tunnel/listening.js';
import { byStatus } from '../colors.js';
import { forwardAdvice } from '../forward-advice.js';
import { renderReport } from '../listen-report.js';
import { endText, type ListenView } from '../listen-view.js';
import { renderListenEvent, type LineOptions } from '../listen.js';
import { renderPlaced } from '../place.js';
import { printable, say } from '../terminal.js';
import { clockTime } from '../text.js';
import type { RetryAnswer } from './actions.js';
import { outcomeText } from '../outcome-text.js';
import { standingOf, statusOf, type Exchange } from './exchange.js';
import { openListenScreen } from './listen-screen.js';
import type { ScreenState } from './state.js';

export interface ScreenViewOptions extends LineOptions {
  /** Sends a notification again, and says in a sentence what came of it. Does not reject. */
  readonly retry: (id: string) => Promise<RetryAnswer>;
}

/** Shows a run on a screen of its own, and at its end in a few lines what it was. */
export function screenView({ reveal, retry }: ScreenViewOptions): ListenView {
  let quit = (_: number) => {};
  const quitting = new Promise<number>((resolve) => {
    quit = resolve;
  });
  const screen = openListenScreen({ reveal, retry, onQuit: () => quit(0) });

  return {
    explain(problem) {
      const advice = forwardAdvice(problem, { reveal });
      if (advice !== undefined) screen.say(advice);
    },
    placed: (placed) => screen.say(renderPlaced(placed, new Date())),
    ready(ready, profile) {
      if (ready.type === 'replaying') return;
      const { account, listener, eventTypes, routes, inboxUrl, secret } = ready;
      screen.setHeading({ account, profile, listener: listener.name, eventTypes, routes, inboxUrl, secret });
      if (secret !== null) screen.say(`Signing secret: ${secret}`);
    },
    onEvent(event) {
      screen.tell(event);
      if (!CHANGES_LINK.has(event.kind)) return;
      const line = renderListenEvent(event, new Date(), { reveal });
      if (line !== undefined) screen.say(line);
    },
    quit: quitting,
    close: () => void screen.close(),
    end: (run) => say(`${renderFailures(screen.close())}${endText(run).trimStart()}`),
    brokeOff(report) {
      const failures = renderFailures(screen.close());
      const text = renderReport(report);
      if (text !== undefined) say(`${failures}${text}`);
    },
  };
}

/** What the head shows while it lasts, and one line tells more of. */
const CHANGES_LINK: ReadonlySet<ListenEvent['kind']> = new Set(['connected', 'reconnecting', 'resumed']);

/** So many of what failed are named; the history has them all. */
const MOST_NAMED = 5;

/** What failed and was on the screen, now that it is gone, in a line each; the report has the sums. */
export function renderFailures({ kept }: Pick<ScreenState, 'kept'>): string {
  const failed = kept.exchanges.filter((each) => standingOf(each) === 'failed').slice(-MOST_NAMED);
  return failed.map((exchange) => `${failureLine(exchange)}\n`).join('');
}

function failureLine(exchange: Exchange): string {
  const { at, type, id, outcome } = exchange;
  const how = outcome ? byStatus(statusOf(exchange) ?? null, printable(maskedText(outcomeText(outcome)))) : '';
  return `  ${clockTime(new Date(at))}  ${printable(type)}  ${printable(id)}  ${how}`;
}
