/**
 * What is wrong with the certificate of a host, by the code of a connection that failed, and what to do about it;
 * undefined when the failure has another cause.
 */
export function certificateFailure(
  code: string | undefined,
  host: string,
): { readonly seen: string; readonly advice: string } | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return {
        seen: `the certificate of ${host} has ended`,
        advice: 'Renew it at the service; or the clock of this machine is wrong.',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        seen: `the certificate of ${host} does not hold yet`,
        advice: 'The clock of this machine may be wrong.',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return { seen: `the certificate is not for ${host}`, advice: 'Check the address.' };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return {
        seen: `nobody whom this machine trusts has issued the certificate of ${host} (${code})`,
        advice: 'For an authority of your own: NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
      };
    default:
      return undefined;
  }
}
