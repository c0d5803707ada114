import { bold, dim, green, red, yellow } from '../colors.js';
import { routeTexts } from '../routes.js';
import { hostAndPort } from '../text.js';
import type { Layout } from './layout.js';
import { lineWidth, paddedLine, type Line, type Span } from './line.js';
import type { ScreenState } from './state.js';

/** The lines at the top: who listens and whether the link is up, where it goes to, and where to send from outside. */
export function headingLines(state: ScreenState, { heading: rows, columns }: Layout): Line[] {
  const standing = standingSpan(state);
  // How it stands is always to be seen; who listens gives way.
  const room = columns - lineWidth([standing]) - GAP;
  const first = room > 0 ? [...paddedLine(whoLine(state), room), { text: ' '.repeat(GAP) }, standing] : [standing];
  return [first, ...addressLines(state), []].slice(0, rows);
}

const GAP = 2;

function whoLine({ heading }: ScreenState): Line {
  const name: Span = { text: 'calreply', paint: bold };
  if (!heading) return [name];
  const { account, profile, listener, eventTypes } = heading;
  const types = eventTypes.length === 0 ? '' : ` · ${eventTypes.join(', ')}`;
  return [name, { text: `  ${account}${profile === null ? '' : ` (${profile})`} · “${listener}”${types}` }];
}

/** The whole of the link: what is wrong goes before what is well. */
function standingSpan({ link, down, now }: ScreenState): Span {
  switch (link.kind) {
    case 'connecting':
      return { text: '◌ connecting', paint: dim };
    case 'reconnecting': {
      const seconds = Math.max(Math.ceil((link.until - now) / 1000), 0);
      return { text: seconds > 0 ? `↺ trying again in ${seconds} s` : '↺ trying again', paint: yellow };
    }
    case 'connected': {
      if (down.size === 0) return { text: '● connected', paint: green };
      const waiting = [...down.values()].reduce((sum, { size }) => sum + size, 0);
      const verb = down.size === 1 ? 'is' : 'are';
      return {
        text: `✗ ${[...down.keys()].map(hostAndPort).join(', ')} ${verb} down · ${waiting} waiting`,
        paint: red,
      };
    }
  }
}

function addressLines({ heading }: ScreenState): Line[] {
  const [, to = '', routes = ''] = /^(to )?(.*)$/s.exec(routeTexts(heading?.routes ?? []).join(' · ')) ?? [];
  return [
    [{ text: `forwards ${to}`.padEnd(LABEL), paint: dim }, { text: routes }],
    [{ text: 'public inbox'.padEnd(LABEL), paint: dim }, { text: heading?.inboxUrl ?? '' }],
  ];
}

const LABEL = 14;
