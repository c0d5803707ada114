import { CalReplyError } from '../errors.js';
import type { JunitFile } from './junit-file.js';
import { junitXml, type JunitInput } from './junit.js';
import type { ReadyFile } from './ready-file.js';
import type { Recorder } from './recorder.js';
import { runListen, type Ending, type RunOptions } from './run.js';
import { verdictOf } from './verdict.js';

export interface JudgedRunOptions extends RunOptions, Pick<JunitInput, 'mask'> {
  /** What `exec` runs, as it was typed. */
  readonly command?: string | undefined;
  readonly readyFile?: ReadyFile | undefined;
  readonly recorder?: Recorder | undefined;
  readonly junit?: JunitFile | undefined;
}

/** What a run came to. */
export interface JudgedRun {
  readonly ending: Ending;
  /** Why it is no success; undefined when it is one, and when a signal ended it before it was over. */
  readonly failure: CalReplyError | undefined;
  readonly exitCode: number;
}

/**
 * Runs a listener, judges what came of it, and leaves its files as they are to be: the report is written however the run
 * ends, and the ready file is gone.
 *
 * @throws whatever {@link runListen} throws
 */
export async function judgedRun(options: JudgedRunOptions): Promise<JudgedRun> {
  const { recorder, readyFile, clock } = options;
  const startedAt = clock.now();
  const started = clock.elapsed();
  const report = (error?: string) => writeJunit(options, { startedAt, durationMs: clock.elapsed() - started, error });
  try {
    const ending = await runListen(options);
    const verdict = verdictOf(ending, options);
    const unwritten = report(verdict?.code === 'CommandFailed' ? verdict.message : undefined);
    const failure = verdict ?? recorder?.failure ?? unwritten;
    return { ending, failure, exitCode: failure?.exitCode ?? (ending.kind === 'signal' ? ending.exitCode : 0) };
  } catch (error) {
    // Why it ended matters more than that it could not be reported.
    report((error as Error).message);
    throw error;
  } finally {
    readyFile?.remove();
    recorder?.close();
  }
}

/** @returns why there is no report */
function writeJunit(
  { junit, tally, expectations, mask }: JudgedRunOptions,
  run: Pick<JunitInput, 'startedAt' | 'durationMs' | 'error'>,
): CalReplyError | undefined {
  try {
    junit?.write(junitXml({ tally, expectations, mask, ...run }));
    return undefined;
  } catch (error) {
    if (error instanceof CalReplyError) return error;
    throw error;
  }
}
