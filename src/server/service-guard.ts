import { addressGuard, type AddressGuard } from '../delivery/address-guard.js';
import type { Resolve } from '../delivery/shared-resolve.js';
import { CalReplyError } from '../errors.js';
import { isLoopback, type ServiceConfig } from './config.js';

export interface GuardOptions extends Pick<ServiceConfig, 'host' | 'isPublic' | 'allowNetworks'> {
  /** How the names of webhooks are resolved; the system's way when absent. */
  readonly resolve?: Resolve | undefined;
}

/** True when it sends to public addresses only. */
export function isPublicService({ host, isPublic }: Pick<ServiceConfig, 'host' | 'isPublic'>): boolean {
  return isPublic === true || !isLoopback(host);
}

/**
 * What says where the service may send.
 *
 * @throws {CalReplyError} WrongUse for networks that are allowed where everything is
 */
export function serviceGuard(options: GuardOptions): AddressGuard {
  const { host, allowNetworks = [], resolve } = options;
  const publicOnly = isPublicService(options);
  if (!publicOnly && allowNetworks.length > 0) {
    throw new CalReplyError('WrongUse', `Bound to ${host}, the service sends anywhere: there is no network to allow.`, {
      hint: 'Add --public to send to public addresses and the allowed networks only, or leave out --allow-network.',
    });
  }

  return addressGuard({ publicOnly, allowNetworks, resolve });
}
