import { spawn, spawnSync } from 'node:child_process';
import { sleep, type Clock } from '../util/clock.js';

/** A command that runs beside the listener. */
export interface Exec {
  /** Resolves when it ends, however; rejects when it could not be started. */
  readonly ended: Promise<ExecEnd>;
  /**
   * Sends a signal to it and to whatever it has started, and waits until they are gone. What is left after five seconds is
   * killed. Does nothing when nothing is left.
   */
  stop(signal: ExecSignal): Promise<void>;
}

export type ExecSignal = 'SIGINT' | 'SIGTERM';

/** How a command ended: with an exit code, or by a signal. */
export interface ExecEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ExecOptions {
  /** The whole environment of the command. */
  readonly env: NodeJS.ProcessEnv;
  /** Its result goes to standard error: standard output has only ours. */
  readonly keepsStdoutFree: boolean;
  readonly clock: Clock;
}

/** How long a command may take to end after a signal, and how often is looked whether it has, in milliseconds. */
const GRACE = 5_000;
const LOOK_EVERY = 25;

/** On Windows there are no groups of processes to send a signal to. */
const hasGroups = process.platform !== 'win32';

/**
 * Runs a line in the shell, with our standard input and error. It gets a group of its own, so that a signal reaches all
 * that it starts, also what the shell has left behind; the terminal's ^C then reaches us alone, and is handed on.
 */
export function startExec(line: string, { env, keepsStdoutFree, clock }: ExecOptions): Exec {
  const child = spawn(line, {
    shell: true,
    detached: hasGroups,
    env,
    stdio: ['inherit', keepsStdoutFree ? 2 : 'inherit', 'inherit'],
  });
  const send = (signal: NodeJS.Signals | 0) => child.pid !== undefined && reaches(child.pid, signal);
  // Also when we are ended at once, by a second ^C.
  const kill = () => send('SIGKILL');
  process.once('exit', kill);

  const ended = new Promise<ExecEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  ended.catch(() => undefined);
  return {
    ended,
    async stop(signal) {
      send(signal);
      for (let waited = 0; waited < GRACE && send(0); waited += LOOK_EVERY) {
        // What a shell has started in the background ignores SIGINT, and nobody waits for it once the shell has ended.
        if (child.exitCode !== null || child.signalCode !== null) send('SIGTERM');
        await sleep(clock, LOOK_EVERY);
      }

      kill();
      process.removeListener('exit', kill);
    },
  };
}

/** Sends a signal, or with 0 only looks; false when nobody is left whom it could reach. */
function reaches(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (!hasGroups) return signal === 'SIGKILL' && endTree(pid);
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Windows ends a process with its descendants by a program of its own. */
function endTree(pid: number): boolean {
  return spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']).status === 0;
}
