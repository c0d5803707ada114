import type { ListenEvent } from '../../../tunnel/listening.js';
import { atEnd } from '../at-end.js';
import { dim } from '../colors.js';
import { renderListenEvent } from '../listen.js';
import { linesView, type ListenView } from '../listen-view.js';
import { divertTexts, out, printable, say, sayAgain, terminalWidth } from '../terminal.js';
import { count } from '../text.js';
import { interruptProcess, suspendProcess, terminalKeys } from '../terminal-keys.js';
import { detailLines } from './details.js';
import { exchangeOf, type Exchange } from './exchange.js';
import { matches } from './filter.js';
import { heldLines } from '../held-lines.js';
import { keyReader, type Key, type KeyName } from './keys.js';
import { NOTHING_KEPT, withChanged, withNewest } from './kept.js';
import { paintedLine } from './line.js';
import type { ScreenViewOptions } from './screen-view.js';

/** Lines as in a pipe, for who keeps them in the terminal, with the keys that need no screen. */
export function keyedLines(options: ScreenViewOptions): ListenView {
  const { reveal, retry } = options;
  const lines = linesView(options);
  let quit = (_: number) => {};
  const quitting = new Promise<number>((resolve) => {
    quit = resolve;
  });
  let kept = NOTHING_KEPT;
  let arrived = 0;
  let filter = '';
  /** The filter while it is typed; lines wait so long, since they would be written into it. */
  let typed: string | undefined;
  let noLongerAtEnd = () => {};
  const held = heldLines((left) =>
    say(dim(`… ${count(left, 'line')} left out: calreply notifications list has them all`)),
  );

  const show = (event: ListenEvent) => {
    if (filter === '' || !('delivery' in event)) return lines.onEvent(event);
    // Whether one fits is known when its answer is: both lines come then.
    const exchange = kept.exchanges.findLast(({ id }) => id === event.delivery.id);
    if (event.kind === 'delivery' || !exchange || !matches(exchange, filter)) return;
    const { signature, at } = exchange;
    const arrival = { kind: 'delivery', delivery: event.delivery, signature } as const;
    if (event.kind === 'forwarded') out(renderListenEvent(arrival, new Date(at), options) ?? '');
    lines.onEvent(event);
  };
  const stopTyping = () => {
    if (typed === undefined) return;
    typed = undefined;
    noLongerAtEnd();
    sayAgain('');
    divertTexts(undefined);
  };
  const setFilter = (to: string) => {
    stopTyping();
    filter = to.trim();
    say(filter === '' ? 'Showing all.' : `Showing only ${printable(filter)}. For all again: / and enter`);
    held.release();
  };
  const edit = (text: string) => {
    if (typed === undefined) {
      divertTexts((line) => held.hold(() => out(line)));
      // Whatever ends the process, what was held back because of it comes after.
      noLongerAtEnd = atEnd(stopTyping);
    }

    typed = text;
    sayAgain(`/ ${printable(text)}`);
  };

  const withLast = (act: (last: Exchange) => void) => {
    const last = kept.exchanges.at(-1);
    if (last) act(last);
    else say('Nothing came yet.');
  };
  const TEXT_KEYS: Readonly<Record<string, () => void>> = {
    r: () =>
      withLast(({ id }) => {
        say(dim(`Sending ${printable(id)} again …`));
        void retry(id).then(({ text }) => say(printable(text)));
      }),
    d: () =>
      withLast((last) => {
        const width = terminalWidth();
        for (const line of detailLines(last, width, reveal)) out(paintedLine(line, width));
      }),
    '/': () => edit(''),
    q: () => quit(0),
    '?': () => say(KEYS),
  };
  const NAMED_KEYS: Partial<Record<KeyName, () => void>> = {
    interrupt: interruptProcess,
    suspend: () => {
      keys.stop();
      suspendProcess(() => keys.start());
    },
    'end-of-input': () => quit(0),
    // Who presses it wants a gap between what was and what comes.
    enter: () => say(''),
  };
  const press = (key: Key) => {
    const name = 'name' in key ? key.name : undefined;
    if (typed !== undefined && name !== 'interrupt' && name !== 'suspend') return pressInFilter(key, typed);
    if (name !== undefined) NAMED_KEYS[name]?.();
    else if ('text' in key && !key.isPasted) TEXT_KEYS[key.text]?.();
  };
  const pressInFilter = (key: Key, text: string) => {
    if ('text' in key) return edit(text + key.text);
    if (key.name === 'enter') setFilter(text);
    if (key.name === 'escape') setFilter('');
    if (key.name === 'backspace') edit(Array.from(text).slice(0, -1).join(''));
    if (key.name === 'delete-line') edit('');
  };

  const reader = keyReader();
  const keys = terminalKeys((input) => [...reader.read(input), ...reader.flush()].forEach(press));
  const goOn = () => keys.start();
  process.on('SIGCONT', goOn);
  keys.start();
  const close = () => {
    process.off('SIGCONT', goOn);
    keys.stop();
    stopTyping();
    held.release();
  };
  return {
    ...lines,
    ready(ready, profile) {
      lines.ready(ready, profile);
      say(dim(KEYS));
    },
    onEvent(event) {
      if (event.kind === 'delivery') {
        arrived += 1;
        kept = withNewest(kept, exchangeOf(event.delivery, event.signature, arrived, Date.now()));
      } else if (event.kind === 'forwarded') {
        kept = withChanged(kept, event.delivery, (exchange) => ({ ...exchange, outcome: event.outcome }));
      }

      if (typed === undefined) show(event);
      else held.hold(() => show(event));
    },
    quit: quitting,
    close,
    end(run) {
      close();
      lines.end(run);
    },
    brokeOff(report) {
      close();
      lines.brokeOff(report);
    },
  };
}

const KEYS = 'r sends the last one again · d shows it whole · / shows only some · q quits';
