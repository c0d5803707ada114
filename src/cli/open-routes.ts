import type { Route } from '../tunnel/listening.js';
import type { ListenPlan } from './listen-plan.js';

/** The ways to local apps; what speaks HTTP is loaded here. */
export async function openRoutes({ routes }: Pick<ListenPlan, 'routes'>): Promise<readonly Route[]> {
  const { forwarder } = await import('../tunnel/local/forward.js');
  return routes.map(({ types, mirror, ...target }) => ({ types, mirror, forwarder: forwarder(target) }));
}
