/*
 * How fast an event goes through the service and a listener to a program on this machine, kept on the disk before it is
 * acknowledged and recorded after it arrived, and what it costs to kill a part of that under load. Beside it: other
 * tunnels; the least that ours can be made of, which keeps nothing; and the same body straight to the same program.
 *
 * Each server, client, receiver and sender is a process of its own, as in use: two of them in one would share an event
 * loop, and one would be measured while it waits for the other. On two cores they do share the cores.
 */
import { withEndings, type Endings } from './lib/endings.js';
import { comparisonFlags } from './lib/flags.js';
import { RAW_RELAY } from './lib/relay.js';
import { startSink } from './lib/sink.js';
import { print } from './lib/table.js';
import { CALREPLY_TUNNEL, openCalreply } from './lib/tunnel-calreply.js';
import { measureInterleaved } from './lib/tunnel-figures.js';
import { reportGoals } from './lib/tunnel-goals.js';
import { killEach } from './lib/tunnel-kills.js';
import { rawPosts, type Path } from './lib/tunnel-paths.js';
import { reportFigures, reportTolls } from './lib/tunnel-report.js';
import type { TunnelSystem } from './lib/tunnel-system.js';
import { installedTunnels, tunnelsNamed } from './peers/tunnels.js';

const flags = comparisonFlags({ events: 3_000 });
const { events, seconds, rounds } = flags;
const named = tunnelsNamed(flags.peers);

await withEndings(async (endings) => {
  const peers = await installedTunnels(endings, named, leftOut);
  const sink = await startSink();
  endings.add(() => sink.stop());
  const ours = await openCalreply(endings, sink.url, flags.profile);
  const others = await opened(endings, [RAW_RELAY, ...peers], sink.url);
  const paths = [ours.path, ours.events, ...others.values(), rawPosts(sink.url)];
  const figures = await measureInterleaved(paths, sink, { events, seconds, rounds });
  const tolls = await killEach(endings, [CALREPLY_TUNNEL, ...others.keys()], seconds);

  print(`Tunnel: ${events} events of 1.3 kB at once, ${seconds} s at 50/s; median of ${rounds} interleaved rounds`);
  if (flags.peers !== 'none') print('The server of smee-client is ours, which does as smee.io does and nothing else.');
  print();
  reportFigures(figures);
  print();
  reportTolls(tolls);
  print();
  reportGoals(
    figures,
    peers.map(({ name }) => name),
    tolls,
  );
});

/** Those that can be had, each open to the sink. */
async function opened(
  endings: Endings,
  systems: readonly TunnelSystem[],
  sinkUrl: string,
): Promise<ReadonlyMap<TunnelSystem, Path>> {
  const paths = new Map<TunnelSystem, Path>();
  for (const system of systems) {
    try {
      const { path } = await system.open(endings, sinkUrl);
      paths.set(system, path);
    } catch (error) {
      endings.checkNotBegun();
      leftOut(system.name, (error as Error).message);
    }
  }

  return paths;
}

function leftOut(name: string, reason: string): void {
  process.stderr.write(`${name} is left out: ${reason}\n`);
}
