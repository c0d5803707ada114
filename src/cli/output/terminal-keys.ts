/** What is typed in the terminal, key by key, and what is pasted, marked as such. */
export interface TerminalKeys {
  /** Begins, or begins again after a pause in which the shell had the terminal. */
  start(): void;
  /** The terminal takes lines again, and shows what is typed. */
  stop(): void;
}

/** Reads keys as they are pressed, ^C and ^Z among them: in that mode they send no signal. */
export function terminalKeys(onInput: (input: string) => void): TerminalKeys {
  const { stdin } = process;
  const decoder = new TextDecoder();
  const take = (bytes: Buffer) => onInput(decoder.decode(bytes, { stream: true }));
  // A terminal that was closed reads as an error; SIGHUP says what to do about it.
  const ignore = () => undefined;
  let isReading = false;
  const stop = () => {
    if (!isReading) return;
    isReading = false;
    process.off('exit', stop);
    stdin.off('data', take);
    stdin.setRawMode(false);
    stdin.pause();
    process.stdout.write(PASTES_UNMARKED);
  };

  return {
    start() {
      if (!isReading) {
        stdin.on('data', take).on('error', ignore);
        process.on('exit', stop);
      }

      isReading = true;
      process.stdout.write(PASTES_MARKED);
      // Node takes the mode for set when it was set once, whatever a shell did to the terminal since.
      stdin.setRawMode(false);
      stdin.setRawMode(true);
      stdin.resume();
    },
    stop,
  };
}

/** What is pasted comes between two marks, and is no row of keys: a mode of xterm that others have too, or ignore. */
const PASTES_MARKED = '\u001b[?2004h';
const PASTES_UNMARKED = '\u001b[?2004l';

/** Does what ^C does where it is no key. Windows has no signals: to send itself one would end the process at once. */
export function interruptProcess(): void {
  process.emit('SIGINT');
}

/** A shell stops us within this time, if it does at all; in milliseconds. */
const STOPPED_WITHIN = 100;

/**
 * Stops the process as ^Z does, and calls `back` when it goes on. As the terminal does it: the whole group, so that `npx`
 * and the like stop with us. Where no shell could go on with it the system stops nothing, and it is called soon.
 */
export function suspendProcess(back: () => void): void {
  if (process.platform === 'win32') return back();
  process.kill(0, 'SIGTSTP');
  setTimeout(back, STOPPED_WITHIN);
}
