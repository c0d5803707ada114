import { stripVTControlCharacters } from 'node:util';
import type { ListenEvent } from '../../../tunnel/listening.js';
import { systemClock } from '../../../util/clock.js';
import { alternateScreen } from '../alternate-screen.js';
import { interruptProcess, suspendProcess, terminalKeys } from '../terminal-keys.js';
import { withKey, withRetryAnswer, type Request, type RetryAnswer } from './actions.js';
import { frameOf } from './frame.js';
import { keyReader, SEQUENCE_WAIT, type Key } from './keys.js';
import { painter } from './painter.js';
import { initialState, isCounting, withEvent, withMessage, type Heading, type ScreenState } from './state.js';
import { settled } from './window.js';

export interface ListenScreenOptions {
  /** Whether personal data is shown as it is. */
  readonly reveal: boolean;
  /** Sends a notification again, and says in a sentence what came of it. Does not reject. */
  readonly retry: (id: string) => Promise<RetryAnswer>;
  /** Called when the person has seen enough. */
  readonly onQuit: () => void;
}

export interface ListenScreen {
  setHeading(heading: Heading): void;
  tell(event: ListenEvent): void;
  /** Says something beside the deliveries, for a while. */
  say(text: string): void;
  /** Gives the terminal back, and what was last on the screen. */
  close(): ScreenState;
}

/** Not more often than the eye follows, in milliseconds. */
const PAINT_EVERY = 50;
const TICK = 1_000;

/** Takes the whole terminal to show what a listener sees, until it is closed. */
export function openListenScreen({ reveal, retry, onQuit }: ListenScreenOptions): ListenScreen {
  const clock = systemClock;
  const screen = alternateScreen((text) => say(text));
  const paint = painter(screen);
  const reader = keyReader();
  let state: ScreenState = initialState(screen.size, reveal, clock.now());
  let isClosed = false;

  let paintedAt = -PAINT_EVERY;
  let cancelPaint: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  const paintNow = () => {
    cancelPaint = undefined;
    cancelTick?.();
    paintedAt = clock.elapsed();
    state = settled({ ...state, now: clock.now() });
    paint.paint(frameOf(state));
    if (isCounting(state)) cancelTick = clock.after(TICK, paintSoon);
  };
  /** However much happens, it is painted now and then. */
  const paintSoon = () => {
    if (isClosed) return;
    cancelPaint ??= clock.after(paintedAt + PAINT_EVERY - clock.elapsed(), paintNow);
  };
  const show = (next: ScreenState) => {
    state = next;
    paintSoon();
  };
  const say = (text: string) => show(withMessage(state, stripVTControlCharacters(text), clock.now()));

  const redraw = () => {
    paint.forget();
    show({ ...state, size: screen.size });
  };
  const takeTerminal = () => {
    if (isClosed) return;
    keys.start();
    screen.enter();
    redraw();
  };
  const suspend = () => {
    keys.stop();
    screen.leave();
    suspendProcess(takeTerminal);
  };

  const ACTIONS: { readonly [Kind in Exclude<Request['kind'], 'retry'>]: () => void } = {
    redraw,
    suspend,
    // The same as without a screen: the first one lets what is being forwarded end, the second ends now.
    interrupt: () => {
      say(ENDING);
      interruptProcess();
    },
    quit: () => {
      say(ENDING);
      onQuit();
    },
  };
  const act = (request: Request) => {
    if (request.kind !== 'retry') return ACTIONS[request.kind]();
    say(`Sending ${request.id} again …`);
    void retry(request.id).then((answer) => {
      const told = { ...answer, text: stripVTControlCharacters(answer.text) };
      show(withRetryAnswer({ ...state, now: clock.now() }, request.id, told));
    });
  };
  const press = (pressed: readonly Key[]) => {
    for (const key of pressed) {
      const { state: next, request } = withKey({ ...state, now: clock.now() }, key);
      show(next);
      if (request) act(request);
    }
  };

  let cancelFlush: (() => void) | undefined;
  const keys = terminalKeys((input) => {
    cancelFlush?.();
    press(reader.read(input));
    if (reader.isWaiting) cancelFlush = clock.after(SEQUENCE_WAIT, () => press(reader.flush()));
  });

  process.stdout.on('resize', redraw);
  process.on('SIGCONT', takeTerminal);
  takeTerminal();

  return {
    setHeading: (heading) => show({ ...state, heading }),
    tell: (event) => show(withEvent(state, event, clock.now())),
    say,
    close() {
      if (isClosed) return state;
      isClosed = true;
      for (const cancel of [cancelPaint, cancelTick, cancelFlush]) cancel?.();
      process.stdout.off('resize', redraw);
      process.off('SIGCONT', takeTerminal);
      keys.stop();
      screen.leave();
      return state;
    },
  };
}

const ENDING = 'Ending: what is being forwarded may finish. ^C ends now.';
