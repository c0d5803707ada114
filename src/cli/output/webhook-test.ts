import { STATUS_CODES } from 'node:http';
import type { WebhookTest } from '../../api/contract.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { isSuccess } from '../../model/notification.js';
import { shellWord } from '../../util/shell-word.js';
import { byStatus, dim, green, red } from './colors.js';
import { shortened } from './table.js';
import { isTerminal, printableLines, printable, terminalWidth } from './terminal.js';
import { command, renderFields, tookText } from './text.js';
import { explainTest } from './webhook-test-advice.js';

/** What `webhooks test --json` prints, also when the test failed: the exit code tells. */
export type WebhookTestJson = WebhookTest;

/** How much of an answer is shown, in lines. */
const MOST_LINES = 10;
/** How much of a line is shown where there is no terminal to fill. All of an answer is in the JSON. */
const MOST_COLUMNS = 200;

/** What happened, step by step, and in words what to do about it. */
export function renderWebhookTest(test: WebhookTest): string {
  const { timings, answer, location, notificationId } = test;
  const steps = [
    ['DNS', timings.dnsMs],
    ['connect', timings.connectMs],
    ['TLS', timings.tlsMs],
    ['first byte', timings.firstByteMs],
    ['total', timings.totalMs],
  ] as const;
  const width = Math.max(...steps.map(([, ms]) => (ms === null ? 0 : tookText(ms).length)));
  const advice = [...explainTest(test), ...stateAdvice(test)];
  return [
    `${isDelivered(test) ? green('✓') : red('✗')} ${printable(test.url)}  ${outcome(test)}`,
    renderFields([
      ...steps.map(([name, ms]) => [name, ms === null ? null : tookText(ms).padStart(width)] as const),
      ['address', test.remoteAddress && printable(test.remoteAddress)],
      ['location', location && printable(location)],
      ['answer', answer ? startOf(answer) : null],
      ['history', dim(printable(`calreply notifications show ${shellWord(notificationId)}`))],
    ]),
    ...(advice.length > 0 ? ['', ...advice] : []),
  ].join('\n');
}

/** Shown until there is something to show. */
export function renderWaiting(): string {
  return dim('Waiting for the receiver, up to 15 s …');
}

/** True when the receiver took it. */
export function isDelivered({ status }: WebhookTest): boolean {
  return isSuccess(status);
}

/** How it ended, in a few words, such as `401 Unauthorized`. */
export function testOutcome({ status, error }: WebhookTest): string {
  if (status === null) return deliveryErrorText(error ?? 'failed');
  return `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
}

function outcome(test: WebhookTest): string {
  return byStatus(test.status, printable(testOutcome(test)));
}

function stateAdvice({ enabled, webhookId }: WebhookTest): string[] {
  return enabled
    ? []
    : [`The webhook is off. Turn it on with: ${command(`calreply webhooks enable ${shellWord(webhookId)}`)}`];
}

/** The first lines of an answer, no wider than the terminal, or than is good in a log. */
function startOf(answer: string): string {
  const lines = printableLines(answer.trimEnd()).split('\n');
  const more = lines.length > MOST_LINES ? [dim(`… ${lines.length - MOST_LINES} more lines`)] : [];
  const room = isTerminal() ? terminalWidth() - 'first byte'.length - 2 : MOST_COLUMNS;
  const shown = lines.slice(0, MOST_LINES).map((line) => shortened(line, room));
  return [...shown, ...more].join('\n');
}
