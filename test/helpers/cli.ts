import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { eventually } from './eventually.js';

/** The built command line, as it is installed. */
export const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

export interface RunOptions {
  /** The whole environment but PATH: nothing is inherited, so that no setting of the developer's machine counts. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program, with arguments, that runs the command in its turn. */
  readonly through?: readonly string[];
  /** What comes in on standard input; nothing when absent. */
  readonly input?: string;
  /** How many characters of each output are kept, the last ones; all when absent. */
  readonly keepsLast?: number;
}

export interface Finished {
  /** Undefined when a signal ended the process without it having a say. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on until it is stopped, with what it has printed so far. */
export interface RunningCommand {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for a line, printed already or still to come. */
  line(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<string>;
  /** Waits for a JSON line of this `type` for which `holds` is true. */
  jsonLine<T = Record<string, unknown>>(type: string, holds?: (value: T) => boolean): Promise<T>;
  /** Sends a signal and waits for the end. */
  stop(signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<Finished>;
  readonly ended: Promise<Finished>;
  readonly hasEnded: () => boolean;
}

type Placed = RunOptions & { readonly cwd: string };

/** Runs a command to its end. There is no terminal: standard input and both outputs are pipes. */
export function runCommand(args: readonly string[], options: Placed): Promise<Finished> {
  return startCommand(args, options).ended;
}

export function startCommand(args: readonly string[], options: Placed): RunningCommand {
  const child = spawned(args, options);
  const { keepsLast = Infinity } = options;
  const printed = { stdout: '', stderr: '' };
  let hasEnded = false;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] = (printed[stream] + text).slice(-keepsLast);
    });
  }

  const ended = child.then(({ exitCode }) => {
    hasEnded = true;
    return { exitCode, ...printed };
  });
  const until = <T>(what: string, look: () => T | undefined): Promise<T> => {
    const told = () => `${what} from calreply ${args.join(' ')}\nstdout: ${printed.stdout}\nstderr: ${printed.stderr}`;
    return eventually(told, () => {
      const found = look();
      if (found === undefined && hasEnded) throw new Error(`Ended without ${told()}`);
      return found;
    });
  };

  return {
    pid: child.pid ?? 0,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    line: (pattern, stream = 'stdout') =>
      until(String(pattern), () => wholeLines(printed[stream]).find((line) => pattern.test(line))),
    jsonLine: <T>(type: string, holds: (value: T) => boolean = () => true) =>
      until(`JSON of type ${type}`, () =>
        jsonLines<T & { type: string }>(printed.stdout).find((value) => value.type === type && holds(value)),
      ),
    async stop(signal) {
      child.kill(signal);
      return ended;
    },
    ended,
    hasEnded: () => hasEnded,
  };
}

/** Every line of `text` as JSON; fails when one is something else. */
export function jsonLines<T>(text: string): T[] {
  return wholeLines(text).map((line) => JSON.parse(line) as T);
}

function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function spawned(args: readonly string[], { cwd, env, input = '', through = [] }: Placed) {
  const [program, ...rest] = [...through, process.execPath, BIN, ...args];
  return execa(program ?? '', rest, {
    cwd,
    // Nor does Node keep what it compiled among the temporary files, which tests look at.
    env: { PATH: process.env.PATH, NODE_DISABLE_COMPILE_CACHE: '1', ...env },
    extendEnv: false,
    input,
    // Its caller keeps the output: execa would end a command that has printed 100 MB.
    buffer: false,
    reject: false,
    forceKillAfterDelay: false,
    stripFinalNewline: false,
  });
}
