import { onTestFinished } from 'vitest';

/**
 * For the rest of the test, what is shown beside the result goes to a terminal of this width, or, without one, to a pipe.
 *
 * @returns gives what was written there so far
 */
export function fakeStatus(columns?: number): () => string {
  let written = '';
  set(process.stderr, 'isTTY', columns !== undefined);
  set(process.stderr, 'columns', columns);
  set(process.stderr, 'write', (text: string) => {
    written += text;
    return true;
  });
  return () => written;
}

/**
 * For the rest of the test, what is printed goes to a terminal of this width, or, without one, to a pipe, and what is said
 * beside it as well.
 *
 * @returns gives what was written there so far
 */
export function fakeOutput(columns?: number): () => string {
  let written = '';
  for (const stream of [process.stdout, process.stderr]) {
    set(stream, 'isTTY', columns !== undefined);
    set(stream, 'columns', columns);
    set(stream, 'write', (text: string) => {
      written += text;
      return true;
    });
  }
  return () => written;
}

/** For the rest of the test, what is printed goes to a terminal of this width, or, without one, to a pipe. */
export function fakeTerminal(columns?: number): void {
  set(process.stdout, 'isTTY', columns !== undefined);
  set(process.stdout, 'columns', columns);
}

/**
 * For the rest of the test, keys come from a terminal, or, without one, from a pipe that nobody may read.
 *
 * @returns tells whether they are read one by one
 */
export function fakeInput(isTerminal: boolean): () => boolean {
  let isRaw = false;
  set(process.stdin, 'isTTY', isTerminal);
  set(process.stdin, 'setRawMode', (mode: boolean) => {
    isRaw = mode;
  });
  set(process.stdin, 'resume', () => process.stdin);
  return () => isRaw;
}

function set(stream: NodeJS.WriteStream | NodeJS.ReadStream, property: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(stream, property);
  Object.defineProperty(stream, property, { value, configurable: true, writable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(stream, property, before);
    else Reflect.deleteProperty(stream, property);
  });
}
