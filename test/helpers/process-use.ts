import type { Inspector } from './inspector.js';

/** What the process of a service takes at a moment. */
export interface ProcessUse {
  /** Minutes since the first sample. */
  readonly minute: number;
  /** Memory that is in RAM, in MB. */
  readonly rss: number;
  /** What JavaScript keeps, in MB. */
  readonly heap: number;
  /** Open files and sockets. */
  readonly descriptors: number;
}

/** Node tells how many descriptors are open on Linux only. */
export const tellsProcessUse = process.platform === 'linux';

/** Starts to measure a service; each call of the answer is a sample, before which its garbage is collected. */
export function processUse(serviceUrl: string, inspector: Inspector): () => Promise<ProcessUse> {
  const startedAt = performance.now();
  return async () => {
    const heap = await inspector.keptHeap();
    const figures = await (await fetch(`${serviceUrl}/metrics`)).text();
    const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(figures)?.[1]);
    return {
      minute: (performance.now() - startedAt) / 60_000,
      rss: figure('process_resident_memory_bytes') / 2 ** 20,
      heap: heap / 2 ** 20,
      descriptors: figure('process_open_fds'),
    };
  };
}

/** By how much `value` grows a minute, by least squares. */
export function slope(samples: readonly ProcessUse[], value: (sample: ProcessUse) => number): number {
  const mean = (of: (sample: ProcessUse) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [meanMinute, meanValue] = [mean(({ minute }) => minute), mean(value)];
  const covariance = mean((one) => (one.minute - meanMinute) * (value(one) - meanValue));
  return covariance / mean(({ minute }) => (minute - meanMinute) ** 2);
}
