import WebSocket from 'ws';
import type { AtEnd } from './home.js';

/** In the environment of a command, for {@link inspect}. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Node's inspector at another process (https://chromedevtools.github.io/devtools-protocol/v8/). */
export interface Inspector {
  /** What JavaScript keeps, in bytes, once all that can be collected is. */
  keptHeap(): Promise<number>;
}

/** @param stderr what a process that was started {@link INSPECTED} has printed: Node tells there where its inspector is */
export async function inspect(stderr: string, atEnd: AtEnd): Promise<Inspector> {
  const [url] = /ws:\/\/\S+/.exec(stderr) ?? [];
  if (url === undefined) throw new Error('No inspector is told of.');
  const socket = new WebSocket(url);
  atEnd(async () => socket.terminate());
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let calls = 0;
  const call = <T>(method: string) =>
    new Promise<T>((resolve, reject) => {
      const id = ++calls;
      const onMessage = (data: WebSocket.RawData) => {
        const answer = JSON.parse((data as Buffer).toString()) as { id: number; result: T };
        if (answer.id !== id) return;
        socket.off('message', onMessage).off('close', reject);
        resolve(answer.result);
      };
      socket.on('message', onMessage).once('close', reject);
      socket.send(JSON.stringify({ id, method }));
    });

  return {
    async keptHeap() {
      await call('HeapProfiler.collectGarbage');
      return (await call<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize;
    },
  };
}
