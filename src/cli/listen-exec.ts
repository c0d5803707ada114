import type { OpenedListener } from '../api/contract.js';
import { startExec, type Exec } from '../listen/exec.js';
import { systemClock } from '../util/clock.js';
import { environmentWith } from './context.js';

export interface ExecFacts {
  readonly listener: OpenedListener;
  readonly apiUrl: string;
  /** The profile in use, or null. */
  readonly profile: string | null;
  /** Standard output has only our JSON. */
  readonly asJson: boolean;
}

/** What `--exec` is to start; undefined without it. The command finds in its environment what it needs to use the listener. */
export function execOf(line: string | undefined, { asJson, ...facts }: ExecFacts): (() => Exec) | undefined {
  if (line === undefined) return undefined;
  const env = environmentWith(listenerVariables(facts));
  return () => startExec(line, { env, keepsStdoutFree: asJson, clock: systemClock });
}

function listenerVariables({ listener, apiUrl, profile }: Omit<ExecFacts, 'asJson'>): Readonly<Record<string, string>> {
  return {
    CALREPLY_INBOX_URL: listener.inboxUrl,
    CALREPLY_LISTENER: listener.name,
    CALREPLY_LISTENER_ID: listener.id,
    CALREPLY_WEBHOOK_ID: listener.webhookId,
    CALREPLY_WEBHOOK_SECRET: listener.secret,
    CALREPLY_API_URL: apiUrl,
    // So that commands of ours in there are the same client as this one: other credentials would go before the profile.
    ...(profile !== null && { CALREPLY_PROFILE: profile, CALREPLY_CLIENT_ID: '', CALREPLY_CLIENT_SECRET: '' }),
  };
}
