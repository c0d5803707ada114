import type { WebhookTest } from '../../api/contract.js';
import { isSuccess } from '../../model/notification.js';
import { shellWord } from '../../util/shell-word.js';
import { isRedirect, refusalText } from './status-advice.js';
import { printable } from './terminal.js';
import { command } from './text.js';
import { tlsFailureOf, tlsFailureText, type TlsFailure } from './tls-advice.js';

/** What a test that failed most likely means, and what to try: a sentence a line; none when there is nothing to say. */
export function explainTest(test: WebhookTest): string[] {
  return test.status === null ? explainSilence(test) : explainStatus(test.status, test);
}

function explainStatus(status: number, test: WebhookTest): string[] {
  if (isSuccess(status)) return [];
  if (isRedirect(status)) return explainRedirect(test);
  const refusal = refusalText(status);
  switch (status) {
    case 401:
    case 403:
      return [
        'The receiver refuses it. When it verifies signatures: is the secret the one of this webhook, and is what it',
        'verifies the raw body, byte for byte, not JSON that was parsed and written again?',
        `For a new secret: ${command(`calreply webhooks rotate-secret ${shellWord(test.webhookId)}`)}`,
      ];
    case 404:
      return [`${refusal} For another: ${updateCommand(test, 'URL')}`];
    case 410:
      return ['A notification that is answered 410 turns the webhook off. This test did not.'];
    default:
      if (refusal !== undefined) return [refusal];
      return status >= 500
        ? ['The receiver failed on it; its own log says more. Notifications answered like this are tried again later.']
        : ['Only an answer of 2xx counts as delivered.'];
  }
}

function explainRedirect(test: WebhookTest): string[] {
  const to = test.location !== null && URL.canParse(test.location, test.url) ? new URL(test.location, test.url) : null;
  const sentence = 'Redirects are not followed: this is a failure for every notification.';
  return to === null ? [sentence] : [sentence, `To send there: ${updateCommand(test, to.href)}`];
}

function explainSilence(test: WebhookTest): string[] {
  const { protocol, host, hostname, href } = new URL(test.url);
  switch (test.error) {
    case 'connection_refused':
      return [`Nothing listens at ${host}, seen from the service. Is the receiver running, and on this port?`];
    case 'connection_reset':
      return ['The receiver took the connection and closed it without an answer. Its own log may say why.'];
    case 'name_not_found':
      return [`The service finds no address for ${hostname}. Is the name spelled right?`];
    case 'host_unreachable':
      return [`There is no way from the service to ${hostname}.`];
    case 'address_forbidden':
      return [
        `${hostname} is a private address, or a name with one, and this service sends to public ones only.`,
        `Who runs it can open a network: ${command('calreply serve --allow-network CIDR')}`,
      ];
    case 'https_required':
      return [
        `This service sends by https only. To change the URL: ${updateCommand(test, href.replace(/^http:/, 'https:'))}`,
      ];
    case 'bad_header':
      return [
        'One of its own headers is of the service, or has characters that no header can carry.',
        `See them: ${command(`calreply webhooks show ${shellWord(test.webhookId)}`)}`,
      ];
    case 'bad_answer':
      return [`Something answers at ${host}, but not in HTTP${protocol === 'http:' ? '. Is it an https port?' : '.'}`];
    case 'tls_failed':
      return [tlsFailureText(test.systemCode, hostname) + (TLS_REMEDIES[tlsFailureOf(test.systemCode)] ?? '')];
    case 'timeout':
      return explainTimeout(test);
    default:
      return test.systemCode === null ? [] : [`The system says ${printable(test.systemCode)}.`];
  }
}

function explainTimeout({ url, timings }: WebhookTest): string[] {
  const { protocol, hostname } = new URL(url);
  if (timings.connectMs === null)
    return [`No connection to ${hostname} within 5 seconds. A firewall may be dropping what comes from the service.`];
  if (protocol === 'https:' && timings.tlsMs === null)
    return ['The connection was made, but nothing agreed on encryption within 5 seconds.'];
  return ['The receiver took the request and did not answer within 15 seconds. It should answer first, then work.'];
}

/** What is to be done about it, seen from who owns the webhook. */
const TLS_REMEDIES: Readonly<Partial<Record<TlsFailure, string>>> = {
  'not yet valid': ' Is the clock of the service right?',
  'self-signed': ' It has to come from an authority that the service knows.',
  incomplete: ' The receiver has to send the intermediate ones as well.',
};

function updateCommand({ webhookId }: WebhookTest, url: string): string {
  return command(`calreply webhooks update ${shellWord(webhookId)} --url ${shellWord(url)}`);
}
