import { expect, test } from 'vitest';
import { sleep, systemClock } from '../../src/util/clock.js';
import { processesOnOne, slowly } from '../helpers/processes-on-one.js';
import { wholeFaults } from '../helpers/whole-faults.js';
import { wholeHistory } from '../helpers/whole-history.js';

/** How often each fault happens, and how many events are accepted in between. */
const { times, between } = wholeFaults ? { times: 9, between: 400 } : { times: 2, between: 60 };
const limit = wholeFaults ? 600_000 : 120_000;
/** Longer than the lease of a process, and than it takes the others to see that it is over. In milliseconds. */
const FROZEN_FOR = 62_000;

test(
  `one of three processes is killed under load, ${times} times: nothing is lost, and the order holds`,
  async () => {
    const run = await processesOnOne({ answer: slowly });
    for (let kill = 0; kill < times; kill += 1) {
      await run.moreAccepted(between);
      await run.restart(kill % 3, 'SIGKILL');
    }

    await run.moreAccepted(between);
    await run.allReceived();
    const history = await wholeHistory(run.api);
    expect(new Set(history.map(({ status }) => status))).toEqual(new Set(['delivered']));
  },
  limit,
);

test(
  `one of three is frozen past its lease under load, and thawed: what it says then counts no more`,
  async (context) => {
    if (!wholeFaults) context.skip('a lease takes 45 s to run out');
    const run = await processesOnOne({ answer: slowly });
    await run.moreAccepted(between);
    process.kill(run.pid(1), 'SIGSTOP');
    const thawed = new Promise<void>((resolve) =>
      setTimeout(() => {
        process.kill(run.pid(1), 'SIGCONT');
        resolve();
      }, FROZEN_FOR),
    );
    await thawed;
    await run.moreAccepted(between);
    await run.allReceived();
    for (const { id } of (await run.api.notifications({ limit: 1_000 })).notifications) {
      const { attempts } = await run.api.notification(id);
      expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
      expect(attempts.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  },
  limit,
);

test(
  'three processes are restarted one after another behind a plain balancer: every answer is 2xx',
  async () => {
    const run = await processesOnOne({ answer: slowly });
    const statuses = new Map<number, number>();
    let isOver = false;
    const asking = (async () => {
      const token = await run.api.accessToken();
      while (!isOver) {
        const answer = await fetch(`${run.url}/v1/webhooks`, { headers: { authorization: `Bearer ${token}` } }).catch(
          () => undefined,
        );
        await answer?.arrayBuffer();
        if (answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        await sleep(systemClock, 5);
      }
    })();
    for (const place of [0, 1, 2]) {
      await run.moreAccepted(between);
      await run.restart(place, 'SIGTERM');
    }

    await run.moreAccepted(between);
    isOver = true;
    await asking;
    expect([...statuses.keys()]).toEqual([200]);
    const { times: receipts } = await run.allReceived();
    // Nothing was on its way when a process ended, so nothing came again.
    expect(Math.max(...receipts.values())).toBe(1);
  },
  limit,
);
