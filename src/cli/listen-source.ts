import type { RunOptions } from '../listen/run.js';
import type { ReadyJson, ReplayingJson } from './output/listen-json.js';
import type { RetryAnswer } from './output/listen-screen/actions.js';
import type { PlacedJson } from './output/place.js';

/** What a run of `listen` brings, from where, and what is said of it. */
export interface ListenSource extends Pick<RunOptions, 'start' | 'endsByItself' | 'exec' | 'signal'> {
  /** Said when deliveries can come. */
  readonly opening: ReadyJson | ReplayingJson;
  /** The name of the listener; null for a replay, which has no place to keep. */
  readonly name: string | null;
  /** The profile in use, or null. */
  readonly profile: string | null;
  /** Where the listener starts, when that is not its own place. */
  readonly placed?: Omit<PlacedJson, 'type' | 'at'> | undefined;
  /** Done when deliveries can come. */
  onReady?(): void;
  /** Sends a notification again, and says in a sentence what came of it. */
  readonly retry?: (id: string) => Promise<RetryAnswer>;
}
