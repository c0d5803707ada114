import type { Reporter, SerializedError, TestCase, TestModule, Vitest } from 'vitest/node';

/**
 * Ends a test run with one line that scripts can read, after one line for every skipped test:
 *
 *     skipped: the store > claims with SKIP LOCKED: no PostgreSQL on this machine
 *     120 passed, 0 failed, 1 skipped
 *
 * "Failed" counts failed tests, files and suites that could not be loaded or set up, and errors nobody caught. It is
 * never 0 when vitest exits with another code than 0.
 */
export class SummaryReporter implements Reporter {
  #watching = false;
  #counts = { passed: 0, failed: 0, skipped: 0 };

  onInit(vitest: Vitest): void {
    this.#watching = vitest.config.watch;
    // The process ends later than the run, and also when there was no run because of a failed global setup. Only there is
    // the exit code final and nothing printed after the line.
    if (!this.#watching) process.once('exit', (code) => this.#printLastLine(code));
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<SerializedError>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    this.#counts = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed:
        tests.filter((test) => test.result().state === 'failed').length +
        modules.reduce((sum, module) => sum + placesThatBroke(module), 0) +
        unhandledErrors.length,
      skipped: skipped.length,
    };

    for (const test of skipped) write(`skipped: ${test.fullName}: ${reasonFor(test)}`);
    // In watch mode the process goes on after each run.
    if (this.#watching) this.#printLastLine(0);
  }

  #printLastLine(exitCode: number): void {
    const { passed, failed, skipped } = this.#counts;
    const atLeast = exitCode === 0 ? 0 : 1;
    write(`${passed} passed, ${Math.max(failed, atLeast)} failed, ${skipped} skipped`);
  }
}

/** A file or suite with an error of its own: a syntax error, an import that fails, a `beforeAll` that throws. */
function placesThatBroke(module: TestModule): number {
  const places = [module, ...module.children.allSuites()];
  return places.filter((place) => place.errors().length > 0).length;
}

function reasonFor(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason given';
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
