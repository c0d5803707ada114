import { expect, test } from 'vitest';
import type { ListenJson } from '../../src/cli/output/listen-json.js';
import { processesOnOne, slowly } from '../helpers/processes-on-one.js';
import { wholeFaults } from '../helpers/whole-faults.js';

type Line<Type extends ListenJson['type']> = Extract<ListenJson, { type: Type }>;

/** How many events are accepted between two kills. */
const between = wholeFaults ? 400 : 60;
const limit = wholeFaults ? 600_000 : 120_000;

test(
  'a listener goes on at another process when its own is killed, with all in order',
  async () => {
    const run = await processesOnOne({ by: 'listener', senders: 3, answer: slowly });
    for (let kill = 0; kill < 3; kill += 1) {
      await run.moreAccepted(between);
      await run.restart(kill, 'SIGKILL');
    }

    await run.moreAccepted(between);
    // Whatever its process was sending to it when that was killed was taken over with it, and did not wait for a lease.
    await run.allReceived(20_000);
    await run.listener?.jsonLine<Line<'connected'>>('connected', ({ again }) => again);
  },
  limit,
);

test(
  'a name that is held at one process is held at all, until somebody takes it over',
  async () => {
    const run = await processesOnOne({ by: 'listener', count: 2, senders: 1 });
    // Calls go to one process after another, so both are asked.
    for (let round = 0; round < 2; round += 1) {
      const { listeners } = await run.api.listeners();
      expect(listeners).toMatchObject([{ name: 'laptop', connected: true }]);
      const refused = await run.listen().ended;
      expect(refused.exitCode).toBe(7);
      expect(refused.stdout).toContain('is held by calreply/');
    }

    const second = run.listen('--takeover');
    await second.jsonLine('ready');
    const displaced = await run.listener?.ended;
    expect(displaced?.exitCode).toBe(7);
    expect(displaced?.stdout).toContain('taken over by calreply/');
    await run.moreAccepted(20);
    await run.allReceived();
  },
  limit,
);
