import { Tally } from '../listen/tally.js';
import type { JudgedRunOptions } from '../listen/judged-run.js';
import { readyFile } from '../listen/ready-file.js';
import { recorder } from '../listen/recorder.js';
import { listenReporter, type ListenReporter } from '../listen/report.js';
import { junitFile } from '../listen/junit-file.js';
import type { ListenWatcher } from '../listen/watcher.js';
import type { CalReplyError } from '../errors.js';
import { systemClock } from '../util/clock.js';
import { expectedBy } from './listen-flags.js';
import { listenJson } from './output/listen-json.js';
import { jsonText } from './output/terminal.js';
import { shownText } from './output/personal-data.js';

/** The flags that say when a run of `listen` ends and what it leaves. */
export interface RunFlags {
  readonly exec?: string | undefined;
  readonly expect?: readonly string[] | undefined;
  readonly within?: string | undefined;
  readonly 'ready-file'?: string | undefined;
  readonly takeover?: boolean | undefined;
  readonly junit?: string | undefined;
  readonly save?: string | undefined;
  readonly append?: boolean | undefined;
  readonly replay?: string | undefined;
  readonly reveal?: boolean | undefined;
}

/** What those flags make of a run; the rest is what it brings, and from where. */
export interface RunParts extends Omit<JudgedRunOptions, 'start' | 'onReady' | 'exec' | 'signal'> {
  readonly reporter: ListenReporter;
  /** The run ends by itself, or other programs use it: nobody sits and looks. */
  readonly isScripted: boolean;
}

/**
 * Opens the files that the flags name, so that nothing is started when there can be none.
 *
 * @param listener finds the name that is listened under, where it is needed: what else is wrong with a run is found out
 *   when what an earlier one left is gone
 * @param onLost told when a recording cannot be gone on with
 * @throws {CalReplyError} WrongUse, UnknownEventType
 */
export function runParts(flags: RunFlags, listener: () => string, onLost: (error: CalReplyError) => void): RunParts {
  const expected = expectedBy(flags);
  const paths = { ready: flags['ready-file'], junit: flags.junit, save: flags.save };
  const tally = new Tally();
  const junit = paths.junit === undefined ? undefined : junitFile(paths.junit);
  const ready = paths.ready === undefined ? undefined : readyFile(paths.ready, flags.takeover ? listener : undefined);
  const recording =
    paths.save === undefined
      ? undefined
      : recorder(paths.save, { append: flags.append ?? false, lineOf: recordedLine, onFailure: onLost });
  // Without anything to judge, a listener may run for weeks, and keeps nothing of what it brought.
  const isJudged = expected.expectations.length > 0 || [flags.exec, flags.junit, flags.replay].some(isGiven);
  const reporter = listenReporter();
  const watchers = [reporter, recording, isJudged ? tally : undefined].filter((one) => one !== undefined);
  return {
    ...expected,
    tally,
    reporter,
    watchers,
    readyFile: ready,
    recorder: recording,
    junit,
    command: flags.exec,
    mask: (text) => shownText(text, flags.reveal ?? false),
    clock: systemClock,
    isScripted: expected.expectations.length > 0 || [flags.exec, flags.replay, paths.ready].some(isGiven),
  };
}

/** What `listen --json` prints of it. */
function recordedLine(event: Parameters<ListenWatcher['onEvent']>[0]): string | undefined {
  const json = event.kind === 'delivery' ? listenJson(event, new Date()) : undefined;
  return json && jsonText(json);
}

function isGiven(value: string | undefined): boolean {
  return value !== undefined;
}
