import swagger from '@fastify/swagger';
import Fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { CalReplyError, codeForStatus, type ErrorBody } from '../errors.js';
import type { Account } from '../model/account.js';
import { LONGEST_LOOKUP } from '../model/event-facts.js';
import { endInStepsAfter } from '../util/end-in-steps.js';
import type { AppOptions } from './app-options.js';
import { ErrorAnswer } from './contract.js';
import { BODY_LIMIT, tooLarge } from './body-limit.js';
import { answerClientError } from './client-error.js';
import { accountRoutes } from './routes/account.js';
import { operatorRoutes } from './routes/accounts.js';
import { calendarEventRoutes } from './routes/calendar-events.js';
import { eventRoutes } from './routes/events.js';
import { inboxRoutes } from './routes/inbox.js';
import { insightRoutes } from './routes/insights.js';
import { listenerPlaceRoute } from './routes/listener-place.js';
import { listenerRoutes } from './routes/listeners.js';
import { notificationStreamRoutes } from './routes/notification-stream.js';
import { notificationRoutes } from './routes/notifications.js';
import { retryRoutes } from './routes/retries.js';
import { serviceRoutes } from './routes/service.js';
import { statisticsRoute } from './routes/statistics.js';
import { subscriptionDetailsRoutes } from './routes/subscription-details.js';
import { subscriptionEventRoutes } from './routes/subscription-events.js';
import { subscriptionRoutes } from './routes/subscriptions.js';
import { tokenRoutes } from './routes/token.js';
import { webhookSecretRoutes } from './routes/webhook-secret.js';
import { webhookTestRoutes } from './routes/webhook-test.js';
import { triggerRoute } from './routes/trigger.js';
import { webhookRoutes } from './routes/webhooks.js';
import { refuseDeepBody, schemaCompiler } from './validation.js';
import { validationText } from './validation-text.js';

/** The service's HTTP side. It is built here and listens nowhere. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // A name of 256 characters, each percent-encoded.
    routerOptions: { maxParamLength: 9 * LONGEST_LOOKUP },
    // A proxy on this machine may say under which name and protocol it was called.
    trustProxy: 'loopback',
    // Longer than the idle time of common proxies, so that they end connections and not this side.
    keepAliveTimeout: 65_000,
    requestTimeout: 60_000,
    // Connections that do nothing are closed when the service stops; a request under way is answered.
    forceCloseConnections: 'idle',
    // What comes while it stops is still answered, rather than refused in the framework's own words.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _, reply) => void answer(reply as FastifyReply, explained(error)),
  });
  // The body is JSON or nothing: what Fastify would take as text is refused by its type.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(schemaCompiler());
  app.decorateRequest('account', null as unknown as Account);
  app.decorateRequest('clientId', '');
  app.setErrorHandler((error: FastifyError | CalReplyError, request, reply) => {
    const known = error instanceof CalReplyError ? error : explained(error, request.routeOptions.bodyLimit);
    if (known.status >= 500) options.onFailure(error, { method: request.method, route: routeOf(request) });
    return answer(reply, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const body: ErrorBody = {
      Code: 'NotFound',
      Reason: `There is no ${request.method} ${path} here. See GET /openapi.json.`,
    };
    return reply.status(404).send(body);
  });

  app.addHook('onSend', ({ raw }, reply, _, done) => {
    if (options.isStopping()) reply.header('connection', 'close');
    if (!raw.complete) endInStepsAfter(raw);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const { statusCode: status, elapsedTime: durationMs } = reply;
    options.onAnswer({ method, route: routeOf(request), status, durationMs });
    done();
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'CalReply webhooks', version: options.version },
      components: {
        securitySchemes: {
          operatorKey: { type: 'http', scheme: 'bearer', description: 'The operator key, for who runs the service.' },
          oauth2: {
            type: 'oauth2',
            flows: { clientCredentials: { tokenUrl: '/oauth2/token', refreshUrl: '/oauth2/token', scopes: {} } },
          },
        },
      },
    },
  });

  app.addHook('onRoute', (route) => {
    if (route.schema?.hide) return;
    const failures = { '4xx': ErrorAnswer, '5xx': ErrorAnswer };
    route.schema = { ...route.schema, response: { ...failures, ...(route.schema?.response as object | undefined) } };
  });

  await app.register(serviceRoutes, options);
  await app.register(tokenRoutes, options);
  await app.register(inboxRoutes, options);
  await app.register(async (operator) => {
    operator.addHook('onRequest', async ({ headers }) => options.authorizeOperator(headers.authorization));
    operator.addHook('preValidation', refuseDeepBody);
    operator.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security: [{ operatorKey: [] }] };
    });
    await operator.register(operatorRoutes, options);
  });
  await app.register(async (closed) => {
    closed.addHook('onRequest', async (request) => {
      const { account, clientId } = await options.auth.authenticate(request.headers.authorization);
      request.account = account;
      request.clientId = clientId;
    });
    closed.addHook('preValidation', refuseDeepBody);
    closed.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security: [{ oauth2: [] }] };
    });
    await closed.register(accountRoutes, options);
    await closed.register(webhookRoutes, options);
    await closed.register(webhookSecretRoutes, options);
    await closed.register(webhookTestRoutes, options);
    await closed.register(eventRoutes, options);
    await closed.register(triggerRoute, options);
    await closed.register(notificationRoutes, options);
    await closed.register(statisticsRoute, options);
    await closed.register(insightRoutes, options);
    await closed.register(retryRoutes, options);
    await closed.register(notificationStreamRoutes, options);
    await closed.register(listenerRoutes, options);
    await closed.register(listenerPlaceRoute, options);
    await closed.register(subscriptionRoutes, options);
    await closed.register(subscriptionDetailsRoutes, options);
    await closed.register(subscriptionEventRoutes, options);
    await closed.register(calendarEventRoutes, options);
  });
  return app;
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

function answer(reply: FastifyReply, error: CalReplyError): FastifyReply {
  return reply.status(error.status).headers(error.headers).send(error.toBody());
}

/** An error of the framework, in CalReply's model. What was not foreseen is told without its inner words. */
function explained(error: FastifyError, bodyLimit?: number): CalReplyError {
  const status = error.statusCode ?? 500;
  if (status >= 500)
    return new CalReplyError('ServiceFailed', 'The service failed on this request. Its log says more.', {
      cause: error,
    });
  return new CalReplyError(codeForStatus(status), reasonOf(error, bodyLimit), { cause: error });
}

function reasonOf(error: FastifyError, bodyLimit = BODY_LIMIT): string {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge(bodyLimit).message;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'The body must be JSON: Content-Type: application/json.';
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'The body is empty, and its Content-Type says JSON.';
    case 'FST_ERR_BAD_URL':
      return 'The path is not a valid URL.';
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return 'A part of the path is longer than anything that has a name here.';
    case 'FST_ERR_VALIDATION':
      return validationText(error);
    default:
      return error instanceof SyntaxError ? `The body is not valid JSON: ${error.message}.` : `${error.message}.`;
  }
}
