import type { Clock } from '../../util/clock.js';
import type { Link } from './link.js';

/** How long a listener stays with a session whose link was closed for silence, in milliseconds. */
export const HELD_AFTER_SILENCE = 30_000;

/** Who holds a listener. */
export type Holder = Pick<Link, 'session' | 'client'>;

/** Who holds which listener, by its id: whoever has the link that is up, or had one that only went silent just now. */
export interface Holders {
  /** The link that is up. */
  link(listenerId: string): Link | undefined;
  /** Every link that is up. */
  links(): ReadonlyMap<string, Link>;
  /** Whoever holds the listener, also without a link. */
  holder(listenerId: string): Holder | undefined;
  /** A link is up, and holds the listener. */
  take(listenerId: string, link: Link): void;
  /**
   * A link ended. Where it had gone silent, its client may only sleep or change its network, and has the listener for
   * {@link HELD_AFTER_SILENCE} more.
   */
  ended(listenerId: string, link: Link, wasSilent: boolean): void;
  /** Nobody holds the listener without a link any more. */
  release(listenerId: string): void;
}

export function holders(clock: Clock): Holders {
  const links = new Map<string, Link>();
  const silent = new Map<string, { readonly holder: Holder; readonly until: number }>();
  const forgetThoseOver = () => {
    for (const [id, { until }] of silent) if (until <= clock.elapsed()) silent.delete(id);
  };

  return {
    link: (listenerId) => links.get(listenerId),
    links: () => links,
    holder(listenerId) {
      forgetThoseOver();
      return links.get(listenerId) ?? silent.get(listenerId)?.holder;
    },
    take(listenerId, link) {
      silent.delete(listenerId);
      links.set(listenerId, link);
    },
    ended(listenerId, link, wasSilent) {
      // Another one has its place by now.
      if (links.get(listenerId) !== link) return;
      links.delete(listenerId);
      if (!wasSilent) return;
      const { session, client } = link;
      silent.set(listenerId, { holder: { session, client }, until: clock.elapsed() + HELD_AFTER_SILENCE });
    },
    release: (listenerId) => void silent.delete(listenerId),
  };
}
