import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/helpers/longest-first.js';
import { SummaryReporter } from './test/helpers/summary-reporter.js';

const seconds = 1000;

export default defineConfig(({ mode }) => ({
  test: {
    projects: [
      // Unit tests leave nothing behind in their process, and a process for each file would take most of their time.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/store/postgres/**'],
          isolate: false,
          // Vitest leaves one core unused, which is half of two.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
          // Those with a store wait for the disk, which others use as well.
          testTimeout: 20 * seconds,
        },
      },
      // The same tests of the store and of the engine on it, on PostgreSQL.
      {
        extends: true,
        test: {
          name: 'postgres',
          include: [
            'test/unit/store/*.test.ts',
            'test/unit/store/postgres/**/*.test.ts',
            'test/unit/delivery/worker-*.test.ts',
          ],
          isolate: false,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
          testTimeout: 20 * seconds,
          provide: { database: 'postgres' as const },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          // Each file starts a service of its own, so files need no process of their own: loading the service anew for
          // each took half of the time. Most of a test is waiting, so two run at once also on a small machine.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 20 * seconds,
          hookTimeout: 20 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // What is tested has processes of its own; those of the tests keep nothing from one file to the next.
          isolate: false,
          // Much of it is waiting for processes that start.
          maxWorkers: 3,
          // Last, since what fails here is best explained by what failed before.
          sequence: { groupOrder: 2 },
          testTimeout: 60 * seconds,
          hookTimeout: 60 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          testTimeout: (mode === 'whole' ? 300 : 60) * seconds,
          hookTimeout: 60 * seconds,
          // `npm run test:faults` goes all the way; what takes minutes is shorter, or left out, in `npm test`.
          provide: { wholeFaults: mode === 'whole' },
        },
      },
    ],
    globalSetup: ['test/helpers/postgres-for-all.ts'],
    sequence: { sequencer: LongestFirst },
    provide: { database: 'sqlite' as const },
    // The order matters: ours prints the closing line, after everything the default reporter has to say.
    reporters: ['default', new SummaryReporter()],
    // Child processes, because worker threads share one process.env and cannot change directory or receive signals.
    pool: 'forks',
    disableConsoleIntercept: true,
    // A test that passes the second time has not passed, a forgotten `.only` hides the others, and no tests prove nothing.
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
  },
}));
