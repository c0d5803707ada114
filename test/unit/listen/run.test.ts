import { describe, expect, test } from 'vitest';
import { CalReplyError } from '../../../src/errors.js';
import type { Exec, ExecEnd } from '../../../src/listen/exec.js';
import { parseExpectation } from '../../../src/listen/expectation.js';
import { runListen } from '../../../src/listen/run.js';
import { Tally } from '../../../src/listen/tally.js';
import type { ListenEvent } from '../../../src/tunnel/listening.js';
import { deferred } from '../../../src/util/deferred.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { brought, connected, connectedAgain } from '../../helpers/listen-events.js';

interface Options {
  readonly expected?: readonly string[];
  /** How the command of the run ends; without, it has none. */
  readonly exec?: Promise<ExecEnd>;
  readonly onReady?: () => void;
  readonly endsByItself?: boolean;
}

/** A run whose listener does what a test says, and a log of what was started and stopped. */
function running({ expected = [], exec, onReady = () => undefined, endsByItself }: Options = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const tally = new Tally();
  const signal = deferred<number>();
  const ended = deferred<void>();
  let tell: (event: ListenEvent) => void = () => undefined;
  const command = (): Exec => {
    log.push('command started');
    return {
      ended: exec ?? new Promise(() => undefined),
      stop: (by) => Promise.resolve(void log.push(`command stopped by ${by}`)),
    };
  };
  const run = runListen({
    start(onEvent) {
      tell = onEvent;
      return { ended: ended.promise, stop: () => Promise.resolve(void log.push('listener stopped')) };
    },
    watchers: [
      {
        onEvent() {
          throw new Error('nobody sees this');
        },
      },
      tally,
    ],
    tally,
    endsByItself,
    onReady() {
      log.push('ready');
      onReady();
    },
    exec: exec && command,
    expectations: expected.map(parseExpectation),
    within: 30_000,
    signal: signal.promise,
    clock,
  });
  return {
    run,
    log,
    clock,
    signal,
    ended,
    tell: (...events: readonly ListenEvent[]) => events.forEach((event) => tell(event)),
  };
}

/** Lets what was started go on as far as it can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a run ends', () => {
  test('by a signal, after the command and the listener', async () => {
    const { run, log, tell, signal } = running({ exec: new Promise(() => undefined) });
    tell(connected);
    await settle();
    signal.resolve(130);

    expect(await run).toEqual({ kind: 'signal', exitCode: 130 });
    expect(log).toEqual(['ready', 'command started', 'command stopped by SIGINT', 'listener stopped']);
  });

  test('when what is expected has come', async () => {
    const { run, tell, clock } = running({ expected: ['subscribe=1'] });
    tell(connected, ...brought('1', 200));
    await settle();
    await clock.advance(250);

    expect(await run).toEqual({ kind: 'settled' });
  });

  test('after the command, when what that has caused is answered', async () => {
    const { run, tell, clock, log } = running({
      exec: Promise.resolve({ exitCode: 0, signal: null }),
      expected: ['subscribe=1'],
    });
    tell(connected);
    await settle();
    await clock.advance(20_000);
    tell(...brought('1', 200));
    await clock.advance(250);

    expect(await run).toEqual({ kind: 'exec', end: { exitCode: 0, signal: null } });
    expect(log.at(-1)).toBe('listener stopped');
  });

  test('at once when the command fails', async () => {
    const { run, tell } = running({
      exec: Promise.resolve({ exitCode: 1, signal: null }),
      expected: ['subscribe=1'],
    });
    tell(connected);

    expect(await run).toEqual({ kind: 'exec', end: { exitCode: 1, signal: null } });
  });

  test('only when there is nothing more, of what ends by itself, though all that is expected has come', async () => {
    const { run, tell, clock, ended } = running({ expected: ['subscribe=1'], endsByItself: true });
    tell(connected, ...brought('1', 200));
    await settle();
    await clock.advance(60_000);
    tell(...brought('2', 200));
    ended.resolve();

    expect(await run).toEqual({ kind: 'over' });
  });

  test('when there is nothing more to bring', async () => {
    const { run, tell, ended } = running();
    tell(connected);
    ended.resolve();

    expect(await run).toEqual({ kind: 'over' });
  });
});

describe('nothing is left running', () => {
  test('when the tunnel is lost while the command runs', async () => {
    const { run, log, tell, ended } = running({ exec: new Promise(() => undefined) });
    tell(connected);
    await settle();
    ended.reject(new CalReplyError('TunnelLost', 'This listener was taken off.'));

    await expect(run).rejects.toThrow('This listener was taken off.');
    expect(log.slice(-2)).toEqual(['command stopped by SIGTERM', 'listener stopped']);
  });

  test('when the command cannot be started', async () => {
    const end = deferred<ExecEnd>();
    const { run, log, tell } = running({ exec: end.promise });
    tell(connected);
    end.reject(new Error('spawn ENOENT'));

    await expect(run).rejects.toThrow('spawn ENOENT');
    expect(log.at(-1)).toBe('listener stopped');
  });

  test('when the ready file cannot be written', async () => {
    const { run, log, tell } = running({
      exec: new Promise(() => undefined),
      onReady() {
        throw new Error('no space is left');
      },
    });
    tell(connected);

    await expect(run).rejects.toThrow('no space is left');
    expect(log).toEqual(['ready', 'listener stopped']);
  });
});

test('no command is started when the listener is ready only as the run ends', async () => {
  const { run, log, tell, signal } = running({ exec: new Promise(() => undefined) });
  signal.resolve(143);
  await settle();
  tell(connected);

  expect(await run).toEqual({ kind: 'signal', exitCode: 143 });
  expect(log).toEqual(['listener stopped']);
});

test('a connection after a break starts nothing a second time', async () => {
  const { run, log, tell, signal } = running({ exec: new Promise(() => undefined) });
  tell(connected);
  await settle();
  tell(connectedAgain);
  await settle();
  signal.resolve(130);
  await run;

  expect(log.filter((line) => line === 'command started')).toHaveLength(1);
});
