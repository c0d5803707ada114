import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, startCommand, type Finished, type RunningCommand, type RunOptions } from './cli.js';

/** Registers what is done at the end of a test (`onTestFinished`) or of a file (`afterAll`). */
export type AtEnd = (cleanUp: () => Promise<void>) => unknown;

/** What `serve --json` says first. */
export interface Serving {
  readonly url: string;
  readonly dataDir: string;
  readonly account: string;
  readonly pid: number;
}

export interface ServeOptions extends RunOptions {
  readonly port?: string;
  /** More arguments of `serve`. */
  readonly args?: readonly string[];
}

/**
 * Somebody's machine with nothing on it yet: a home folder, a folder to work in and one for temporary files, all of its
 * own. At the end its commands are ended and its folders removed.
 */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'calreply-e2e-'));
  readonly home = join(this.folder, 'home');
  readonly work = join(this.folder, 'work');
  readonly temporary = join(this.folder, 'tmp');
  readonly configFolder = join(this.home, '.config', 'calreply');
  readonly #running: RunningCommand[] = [];

  constructor(atEnd: AtEnd) {
    for (const folder of [this.home, this.work, this.temporary]) mkdirSync(folder);
    atEnd(async () => {
      await Promise.all(this.#running.map((command) => command.stop('SIGKILL')));
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Runs a command to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return runCommand(args, this.#at(options));
  }

  /** The result of a command with `--json`; fails when the command does. */
  async json<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
    const { exitCode, stdout, stderr } = await this.run([...args, '--json'], options);
    if (exitCode !== 0) throw new Error(`calreply ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Starts a command that runs until it is stopped. */
  start(args: readonly string[], options: RunOptions = {}): RunningCommand {
    const command = startCommand(args, this.#at(options));
    this.#running.push(command);
    return command;
  }

  /** Starts the service, on a port that is free or the one that is named; the profile `local` of this home leads to it. */
  async serve({ port = '0', args = [], ...options }: ServeOptions = {}): Promise<
    RunningCommand & { readonly serving: Serving }
  > {
    const command = this.start(['serve', '--port', port, ...args, '--json'], options);
    const serving = await command.jsonLine<Serving>('ready');
    return Object.assign(command, { serving });
  }

  #at(options: RunOptions): RunOptions & { cwd: string } {
    return { ...options, cwd: this.work, env: { HOME: this.home, TMPDIR: this.temporary, ...options.env } };
  }
}
