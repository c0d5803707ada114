import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Webhook } from '../../model/webhook.js';
import { checkWebhookHeader, parseWebhookUrl } from '../../model/webhook-rules.js';
import type { StoreReads } from '../../store/store.js';
import { newId, newWebhookSecret } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import { API, ChangeWebhook, CreatedWebhook, CreateWebhook, WebhookList, WebhookResource } from '../contract.js';
import { unknownWebhook } from '../not-found.js';
import { webhookResource } from '../resources.js';

interface ById {
  Params: { id: string };
}

/** `/v1/webhooks`: register, list, read, change and take off the URLs that are told of events. */
export function webhookRoutes(app: FastifyInstance, { store, clock, guard, wake }: AppOptions, done: () => void): void {
  const tags = ['webhooks'];
  const resource = (webhook: Webhook) => webhookResource(webhook, clock.now());

  app.post<{ Body: CreateWebhook }>(
    `${API}/webhooks`,
    { schema: { summary: 'Register a webhook', tags, body: CreateWebhook, response: { 201: CreatedWebhook } } },
    async ({ account, body }, reply) => {
      const webhook: Webhook = {
        id: newId('whk'),
        url: checkedUrl(body.url, guard),
        eventTypes: body.eventTypes ?? [],
        headers: checkedHeaders(body.headers ?? {}),
        enabled: body.enabled ?? true,
        disabledReason: null,
        listenerId: null,
        signAs: null,
        createdAt: clock.now(),
        oldSecretUntil: null,
      };
      const secret = newWebhookSecret();
      await store.write((transaction) => transaction.addWebhook(account.id, { ...webhook, secret }));
      return reply
        .status(201)
        .header('location', `${API}/webhooks/${webhook.id}`)
        .send({ ...resource(webhook), secret });
    },
  );

  app.get(
    `${API}/webhooks`,
    { schema: { summary: 'All webhooks, listeners’ included', tags, response: { 200: WebhookList } } },
    async ({ account }) => ({ webhooks: (await store.webhooks(account.id)).map(resource) }),
  );

  app.get<ById>(
    `${API}/webhooks/:id`,
    { schema: { summary: 'One webhook', tags, response: { 200: WebhookResource } } },
    async ({ account, params }) => resource(await existingWebhook(store, account.id, params.id)),
  );

  app.patch<ById & { Body: ChangeWebhook }>(
    `${API}/webhooks/:id`,
    {
      schema: {
        summary: 'Change a webhook: only what is in the body',
        tags,
        body: ChangeWebhook,
        response: { 200: WebhookResource },
      },
    },
    async ({ account, params, body }) => {
      const { url, eventTypes, headers, enabled } = body;
      const change = {
        eventTypes,
        enabled,
        url: url === undefined ? undefined : checkedUrl(url, guard),
        headers: headers && checkedHeaders(headers),
        // What turned it off is over once somebody turns it on again.
        disabledReason: enabled === undefined ? undefined : null,
      };
      const changed = await store.write(async (transaction) => {
        const webhook = await existingWebhook(transaction, account.id, params.id);
        if (webhook.listenerId !== null && url !== undefined) {
          throw new CalReplyError(
            'InvalidRequest',
            `${webhook.id} belongs to a listener: its destination is the tunnel.`,
          );
        }

        await transaction.changeWebhook(webhook.id, change);
        return existingWebhook(transaction, account.id, params.id);
      });
      wake();
      return resource(changed);
    },
  );

  app.delete<ById>(
    `${API}/webhooks/:id`,
    { schema: { summary: 'Take a webhook off; its history stays', tags, response: { 204: { type: 'null' } } } },
    async ({ account, params }, reply) => {
      await store.write(async (transaction) => {
        const webhook = await existingWebhook(transaction, account.id, params.id);
        if (webhook.listenerId !== null) {
          throw new CalReplyError(
            'Conflict',
            `${webhook.id} belongs to a listener: take off ${webhook.listenerId} instead.`,
          );
        }

        await transaction.removeWebhook(webhook.id, clock.now());
      });
      return reply.status(204).send();
    },
  );
  done();
}

/**
 * A webhook of the account.
 *
 * @throws {CalReplyError} NotFound
 */
export async function existingWebhook(
  store: Pick<StoreReads, 'webhook'>,
  accountId: string,
  id: string,
): Promise<Webhook> {
  const webhook = await store.webhook(accountId, id);
  if (!webhook) throw unknownWebhook(id);
  return webhook;
}

function checkedUrl(text: string, guard: AppOptions['guard']): string {
  const url = parseWebhookUrl(text);
  guard.checkUrl(url);
  return url.href;
}

function checkedHeaders(headers: Record<string, string>): Record<string, string> {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    checkWebhookHeader(name, value);
    // A receiver sees one of them.
    if (seen.has(name.toLowerCase()))
      throw new CalReplyError('InvalidRequest', `The header ${name} is there twice, in other letters.`);
    seen.add(name.toLowerCase());
  }

  return headers;
}
