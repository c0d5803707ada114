import type { Environment } from './context.js';
import type { RetryAnswer } from './output/listen-screen/actions.js';
import { jsonView, linesView, type ListenView } from './output/listen-view.js';
import { takesKeys } from './output/terminal.js';

export interface ListenViewOptions {
  readonly asJson: boolean;
  /** Show personal data as it is. */
  readonly reveal: boolean;
  readonly env: Pick<Environment, 'isCi' | 'terminal'>;
  /** Lines were asked for. */
  readonly plain?: boolean;
  /** The run ends by itself, or a command of its own has the terminal: nobody sits and looks. */
  readonly isScripted: boolean;
  /** Sends a notification again, and says in a sentence what came of it. Without it there are no keys. */
  readonly retry?: ((id: string) => Promise<RetryAnswer>) | undefined;
}

/**
 * How a run of `listen` is shown: on a screen to whoever sits at a terminal, as lines to everybody else. What the screen
 * is made of is loaded when there is one.
 */
export async function openListenView(options: ListenViewOptions): Promise<ListenView> {
  const { asJson, plain, reveal, retry, isScripted, env } = options;
  if (asJson) return jsonView();
  const isWatched = takesKeys() && !isScripted && !env.isCi && env.terminal !== 'dumb';
  if (!isWatched || !retry) return linesView({ reveal });
  if (plain) return (await import('./output/listen-screen/keyed-lines.js')).keyedLines({ reveal, retry });
  return (await import('./output/listen-screen/screen-view.js')).screenView({ reveal, retry });
}
