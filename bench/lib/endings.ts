import { inspect } from 'node:util';

/** What is to be ended and removed when a bench is over, the last first, however it comes to its end. */
export class Endings {
  private readonly endings: (() => unknown)[] = [];
  private begun = false;

  /** @throws {Error} when the end has begun: then nothing new is to be started. What is given is ended with the rest. */
  add(end: () => unknown): void {
    this.endings.push(end);
    this.checkNotBegun();
  }

  /** @throws {Error} when the end has begun */
  checkNotBegun(): void {
    if (this.begun) throw new Error('The bench is being ended.');
  }

  /** Ends everything, also what is added meanwhile. What cannot be ended is told, and keeps nothing else from its end. */
  async run(): Promise<void> {
    this.begun = true;
    for (let end = this.endings.pop(); end; end = this.endings.pop()) {
      try {
        await end();
      } catch (error) {
        process.stderr.write(`Something was left: ${String(error)}\n`);
        process.exitCode = 1;
      }
    }
  }
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs `work`, and ends what it added however it goes. A signal ends it as well, and so does an error that nobody waits
 * for; the exit code says which. A second signal ends this process as it is.
 */
export async function withEndings(work: (endings: Endings) => Promise<void>): Promise<void> {
  const endings = new Endings();
  let exitCode: number | void;
  try {
    exitCode = await Promise.race([work(endings), firstSignal(), uncaughtError()]);
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`);
    exitCode = 1;
  }

  await endings.run();
  // What was going on would still go on, with nothing there that it needs.
  if (exitCode !== undefined) process.exit(exitCode);
}

function firstSignal(): Promise<number> {
  return new Promise((resolve) => {
    for (const [signal, exitCode] of Object.entries(EXIT_CODES)) process.once(signal, () => resolve(exitCode));
  });
}

/** The clients of the peers have connections of their own, and whoever reads what is printed may go away. */
function uncaughtError(): Promise<never> {
  return new Promise((_, reject) => process.on('uncaughtException', reject));
}
