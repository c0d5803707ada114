import type { DemoEvent, DemoResult } from '../../demo/scenario.js';
import { bold, dim, green, red } from './colors.js';
import { renderNotifications } from './notifications.js';
import { printable } from './terminal.js';
import { command } from './text.js';

/** What `demo --json` prints. Scripts depend on it. */
export type DemoJson = DemoResult;

export function renderDemoStart(): string {
  return `${bold('CalReply webhooks')}, from a subscription to localhost. Everything below is real and on this machine.\n`;
}

/** One line, or two, for what just happened. */
export function renderDemoEvent(event: DemoEvent): string {
  switch (event.kind) {
    case 'service':
      return `  ${dim('service ')}  ${printable(event.url)}  ${dim('with a data folder that goes when this ends')}`;
    case 'webhook':
      return `  ${dim('webhook ')}  ${printable(event.url)}  ${dim(printable(event.id))}`;
    case 'listener':
      return `  ${dim('listener')}  ${printable(event.target)}  ${dim(`“${event.name}”, through a tunnel, as calreply listen does`)}`;
    case 'subscribing':
      return `\n→ ${bold('Subscribe')}    ${printable(event.person)} subscribes to ${printable(event.calendar)}`;
    case 'unsubscribing':
      return `\n→ ${bold('Unsubscribe')}  ${printable(event.person)} unsubscribes from ${printable(event.calendar)}`;
    case 'received':
      return receivedLine(event);
  }
}

function receivedLine(event: DemoEvent & { kind: 'received' }): string {
  const status = event.verified
    ? `${green('← 200')}  ${green('signature verified')}`
    : `${red('← 401')}  ${red('signature refused')}`;
  return `  ${event.by.padEnd(8)}  ${status}  ${dim(`${String(event.afterMs).padStart(3)} ms after`)}  ${dim(printable(event.notificationId))}`;
}

export function renderDemoEnd({ notifications, verified }: DemoResult, program: string): string {
  const whole = `${verified} of ${notifications.length} notifications delivered and verified, in order.`;
  const next: readonly (readonly [string, string])[] = [
    [`${program} serve`, 'run the service; what it keeps stays'],
    [`${program} listen --forward-to localhost:3000`, 'bring events to your app'],
    [`${program} events trigger subscribe`, 'make one happen'],
    [`${program} notifications list`, 'see what was sent, and how it was answered'],
  ];
  const width = Math.max(...next.map(([line]) => line.length));
  return [
    '',
    bold('Notification history'),
    renderNotifications(notifications),
    '',
    verified === notifications.length ? `${green('✓')} ${whole}` : `${red('✗')} ${whole}`,
    '',
    'Next, in two or three terminals:',
    ...next.map(([line, what]) => `  ${command(line)}${' '.repeat(width - line.length)}  ${dim(what)}`),
  ].join('\n');
}
