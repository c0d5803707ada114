import type { Writable } from 'node:stream';

/**
 * Lets what is written to a stream in one turn of the event loop go out in one system call. Calls belong before each write;
 * only the first of a turn does anything.
 */
export function oneWriteATurn(stream: Writable): () => void {
  let isCorked = false;
  const uncork = () => {
    isCorked = false;
    stream.uncork();
  };
  return () => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    setImmediate(uncork);
  };
}
