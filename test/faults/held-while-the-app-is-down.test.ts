import { expect, test } from 'vitest';
import type { ListenJson } from '../../src/cli/output/listen-json.js';
import { jsonLines } from '../helpers/cli.js';
import { listeningUnderLoad } from '../helpers/listening-under-load.js';
import { wholeFaults } from '../helpers/whole-faults.js';

/** How often the app starts, and how many events are accepted in between: more than may be on their way at once. */
const { starts, between } = wholeFaults ? { starts: 10, between: 150 } : { starts: 1, between: 60 };

const linesOf = (stdout: string, wanted: ListenJson['type']) =>
  jsonLines<ListenJson>(stdout).filter(({ type }) => type === wanted);

test(
  `an app that is down, and comes back ${starts} times under load, receives all in order`,
  async () => {
    const run = await listeningUnderLoad({ isDown: true });
    for (let start = 1; start <= starts; start += 1) {
      await run.moreAccepted(between);
      await run.app.restart();
      await run.moreAccepted(between);
      // What is at the app now is cut off, which only another attempt can mend; what comes from now on waits.
      if (start < starts) await run.app.stop();
    }

    await run.allReceived();
    const { stdout } = run.listener();
    const errors = linesOf(stdout(), 'forwarded').map((line) => line.type === 'forwarded' && line.error);
    expect(errors).not.toContain('connection_refused');
    expect(linesOf(stdout(), 'resumed')).toHaveLength(starts);
    // One line for all that waits, not one each.
    expect(linesOf(stdout(), 'holding')).toHaveLength(starts);
  },
  wholeFaults ? 600_000 : 60_000,
);

test('an app that hangs and dies in its answers receives all in order, by further attempts', async (context) => {
  if (!wholeFaults) context.skip('a further attempt is made after 5 seconds');
  const failures: string[] = [];
  let place = 0;
  const run = await listeningUnderLoad({
    args: ['--timeout', '1'],
    answer({ headers }) {
      place += 1;
      // Never at a second attempt: the next one would come half a minute later.
      const answer =
        headers['calreply-attempt'] !== '1' ? 200 : ([...HARMLESS, 'nothing', 'death'] as const)[place % 20];
      if (typeof answer === 'string') failures.push(answer);
      return answer ?? 200;
    },
  });
  await run.moreAccepted(600);
  const { times } = await run.allReceived();

  const again = [...times.values()].filter((count) => count > 1);
  expect(new Set(failures)).toEqual(new Set(['nothing', 'death']));
  expect(again).toHaveLength(failures.length);
  const lines = linesOf(run.listener().stdout(), 'forwarded');
  const errors = lines.map((line) => line.type === 'forwarded' && line.error).filter(Boolean);
  expect(new Set(errors)).toEqual(new Set(['timeout', 'connection_reset']));
}, 300_000);

const HARMLESS = Array.from({ length: 18 }, () => 200);
