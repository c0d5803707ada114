import { isOpen } from '../util/port.js';

/** Where the common development servers listen: Node, Rails, Flask, Vite, Angular, Django, Spring, Wrangler, … */
const COMMON_PORTS = [3000, 3001, 4000, 4200, 4567, 5000, 5173, 8000, 8080, 8081, 8787, 8888, 9000] as const;

/** The ports of common development servers on which something listens on this machine. */
export async function openDevPorts(): Promise<readonly number[]> {
  const open = await Promise.all(COMMON_PORTS.map((port) => isOpen(new URL(`http://localhost:${port}`))));
  return COMMON_PORTS.filter((_, i) => open[i]);
}
