import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They wait for leases to run out and for connections to be given up: everything else is done meanwhile. */
const LONGEST = /\/(one-of-three-processes|the-database-breaks|a-listener-among-processes|on-postgres)\.test\.ts$/;

/** Begins the files that wait longest first, where a machine that has not run them knows nothing of that yet. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
