import type { FastifyInstance } from 'fastify';
import type { Listener } from '../../model/listener.js';
import type { Webhook } from '../../model/webhook.js';
import { newId, newWebhookSecret } from '../../util/ids.js';
import { originOf, type AppOptions } from '../app-options.js';
import { API, ListenerList, ListenerResource, OpenedListener, OpenListener } from '../contract.js';
import { unknownListener, unknownWebhook } from '../not-found.js';
import { isoTime } from '../resources.js';
import { existingWebhook } from './webhooks.js';

interface ById {
  Params: { id: string };
}

/** `/v1/listeners`: the named places that `calreply listen` takes up. */
export function listenerRoutes(app: FastifyInstance, options: AppOptions, done: () => void): void {
  const { store, clock, isConnected, isHeld, disconnect } = options;
  const tags = ['listeners'];
  const resource = (listener: Listener, origin: string): ListenerResource => ({
    id: listener.id,
    name: listener.name,
    webhookId: listener.webhookId,
    connected: isConnected(listener.id),
    inboxUrl: `${origin}/in/${listener.id}`,
    createdAt: isoTime(listener.createdAt),
  });

  app.post<{ Body: OpenListener }>(
    `${API}/listeners`,
    {
      schema: {
        summary: 'Make a listener, or take up the one of this name where it was left',
        tags,
        body: OpenListener,
        response: { 200: OpenedListener },
      },
    },
    async (request) => {
      const { account, body } = request;
      const { eventTypes = [], signAs = null, takeover = false } = body;
      const { listener, webhook, secret } = await store.write(async (transaction) => {
        if (signAs !== null && !(await transaction.webhook(account.id, signAs))) {
          throw unknownWebhook(signAs, await transaction.webhooks(account.id));
        }

        const known = await transaction.listenerByName(account.id, body.name);
        if (known) {
          // While somebody else holds the name, this is only a question, and the answer is the tunnel's.
          const isQuestion = isHeld(known.id) && !takeover;
          if (!isQuestion) await transaction.changeWebhook(known.webhookId, { eventTypes, signAs });
          const kept = await existingWebhook(transaction, account.id, known.webhookId);
          const secrets = await transaction.webhookSecrets(account.id, known.webhookId);
          return { listener: known, webhook: kept, secret: secrets?.secret };
        }

        const created = newListener(body.name, clock.now());
        const added = { ...listenerWebhook(created), eventTypes, signAs, secret: newWebhookSecret() };
        await transaction.addWebhook(account.id, added);
        await transaction.addListener(account.id, created);
        return { listener: created, webhook: added, secret: added.secret };
      });
      const origin = originOf(request);
      return {
        ...resource(listener, origin),
        eventTypes: [...webhook.eventTypes],
        tunnelUrl: `${origin.replace(/^http/, 'ws')}${API}/listeners/${listener.id}/tunnel`,
        secret: secret ?? '',
        signAs: webhook.signAs,
      };
    },
  );

  app.get(
    `${API}/listeners`,
    { schema: { summary: 'All listeners', tags, response: { 200: ListenerList } } },
    async (request) => {
      const listeners = await store.listeners(request.account.id);
      return { listeners: listeners.map((listener) => resource(listener, originOf(request))) };
    },
  );

  app.get<ById>(
    `${API}/listeners/:id`,
    { schema: { summary: 'One listener', tags, response: { 200: ListenerResource } } },
    async (request) => resource(await existing(request.account.id, request.params.id), originOf(request)),
  );

  app.delete<ById>(
    `${API}/listeners/:id`,
    { schema: { summary: 'Take a listener off, with its inbox', tags, response: { 204: { type: 'null' } } } },
    async ({ account, params }, reply) => {
      const { id } = await existing(account.id, params.id);
      await store.write((transaction) => transaction.removeListener(id, clock.now()));
      disconnect(id);
      return reply.status(204).send();
    },
  );

  const existing = async (accountId: string, id: string): Promise<Listener> => {
    const listener = await store.listener(id);
    if (listener?.accountId !== accountId) throw unknownListener(id);
    return listener;
  };

  done();
}

function newListener(name: string, now: number): Listener {
  return { id: newId('lst'), name, webhookId: newId('whk'), createdAt: now };
}

function listenerWebhook({ id, name, webhookId, createdAt }: Listener): Webhook {
  return {
    id: webhookId,
    url: `listener:${name}`,
    eventTypes: [],
    headers: {},
    enabled: true,
    disabledReason: null,
    listenerId: id,
    signAs: null,
    createdAt,
    oldSecretUntil: null,
  };
}
