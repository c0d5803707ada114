import { lookup } from 'node:dns/promises';
import { hostOf, isOpen } from '../util/port.js';
import { failed, ok, skipped, warning, type Finding } from './check.js';

type OpenPorts = () => Promise<readonly number[]>;

/** Whether the app that events are to be forwarded to is there. */
export async function lookAtLocalApp(target: URL, openPorts: OpenPorts): Promise<Finding> {
  if (hostOf(target) !== 'localhost')
    return (await isOpen(target)) ? ok(`${target.host} is open`) : closed(target, openPorts);

  const [v4, v6] = await Promise.all([isOpen(at(target, '127.0.0.1')), isOpen(at(target, '[::1]'))]);
  if (!v4 && !v6) return closed(target, openPorts);
  const seen = `${target.host} is open on ${v4 && v6 ? '127.0.0.1 and ::1' : v4 ? '127.0.0.1' : '::1'}`;
  if (v4 && v6) return ok(seen);

  // calreply tries both; many other programs take the first one only.
  const [first] = await lookup('localhost', { all: true, verbatim: true }).catch(() => []);
  const open = v4 ? '127.0.0.1' : '::1';
  if (first === undefined || first.address === open) return ok(seen);
  return warning(
    `${seen} only, and localhost is ${first.address} first`,
    `calreply finds it; other programs may not. Bind the app to both, or name ${at(target, v4 ? open : `[${open}]`).host}.`,
  );
}

/** What could be forwarded to, when nothing was said. */
export async function lookAtOpenPorts(openPorts: OpenPorts): Promise<Finding> {
  const ports = await openPorts();
  if (ports.length === 0) return skipped('none of the usual ports of development servers is open');
  return ok(
    `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')} of this machine ${ports.length === 1 ? 'is' : 'are'} open`,
  );
}

async function closed(target: URL, openPorts: OpenPorts): Promise<Finding> {
  if (!isHere(target)) {
    return failed(
      `nothing answers at ${target.host}`,
      'It is not on this machine: check the address, and whether its firewall lets this machine in.',
    );
  }

  const ports = await openPorts();
  const others = ports.length === 0 ? '' : ` Open here: ${ports.join(', ')}.`;
  return failed(`nothing listens at ${target.host}`, `Start your app; until then events wait.${others}`);
}

function isHere(target: URL): boolean {
  return /^(localhost|127(\.\d+){3}|::1|0\.0\.0\.0)$/.test(hostOf(target));
}

function at(target: URL, hostname: string): URL {
  const url = new URL(target);
  url.hostname = hostname;
  return url;
}
