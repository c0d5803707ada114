import { dim } from './colors.js';
import { shortened } from './table.js';
import { say, sayAgain, statusWidth } from './terminal.js';
import { shownWidth } from './width.js';

/** Shows how far a long piece of work is, on stderr. */
export interface Progress {
  /** So many are done now. */
  update(done: number): void;
  /** Takes the bar away; what it stood for is told by the result. */
  end(): void;
}

/** Not more often than the eye follows, in milliseconds. */
const DRAW_EVERY = 80;
/** In a pipe a line now and then shows that it goes on, in milliseconds. */
const SAY_EVERY = 10_000;
const BAR_WIDTH = 24;

/**
 * A bar in a terminal; in a log file a line every ten seconds. Both are drawn when something is done, never by a timer.
 *
 * @param what what is counted, such as `events`
 * @param total how many there are in all; undefined when that is not known, and then there is a count and no bar
 */
export function progressBar(
  what: string,
  total: number | undefined,
  now: () => number = () => performance.now(),
): Progress {
  const isDrawn = statusWidth() !== undefined;
  const startedAt = now();
  let last = startedAt;

  const of = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
  const text = (done: number) => `${done.toLocaleString('en')}${of} ${what}`;
  // The terminal may be made narrower while this runs, and a line that wraps cannot be drawn over.
  const drawn = (done: number, elapsed: number) => {
    const most = (statusWidth() ?? 0) - 1;
    const left = total === undefined ? '' : timeLeft(done, total, elapsed);
    const whole = total === undefined ? text(done) : `${bar(done / total)} ${text(done)}${dim(left)}`;
    return [whole, text(done) + dim(left)].find((line) => shownWidth(line) <= most) ?? shortened(text(done), most);
  };
  return {
    update(done) {
      const time = now();
      const isDue = time - last >= (isDrawn ? DRAW_EVERY : SAY_EVERY);
      if (!isDue && done !== total) return;
      last = time;
      if (isDrawn) sayAgain(drawn(done, time - startedAt));
      else if (isDue) say(text(done));
    },
    end() {
      if (isDrawn) sayAgain('');
    },
  };
}

function bar(share: number): string {
  const full = Math.round(Math.min(share, 1) * BAR_WIDTH);
  return '█'.repeat(full) + dim('░'.repeat(BAR_WIDTH - full));
}

/** ` · 12 s left`, by the rate so far; nothing before a rate can be told, or when it is done. */
function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (done === 0 || done >= total || elapsedMs < 1_000) return '';
  return ` · ${Math.ceil(((elapsedMs / done) * (total - done)) / 1000)} s left`;
}

/** Where nobody looks. */
export const NO_PROGRESS: Progress = { update: () => undefined, end: () => undefined };
