import { printable } from './terminal.js';

/** What an encryption failed by. */
export type TlsFailure = 'expired' | 'not yet valid' | 'self-signed' | 'incomplete' | 'other name' | 'no TLS' | 'other';

/** What OpenSSL's and Node's codes mean. */
export function tlsFailureOf(code: string | null | undefined): TlsFailure {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'expired';
    case 'CERT_NOT_YET_VALID':
      return 'not yet valid';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'self-signed';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'incomplete';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'other name';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'no TLS';
    default:
      return 'other';
  }
}

/** The same in a sentence. */
export function tlsFailureText(code: string | null | undefined, hostname: string): string {
  switch (tlsFailureOf(code)) {
    case 'expired':
      return 'The certificate has expired.';
    case 'not yet valid':
      return 'The certificate is not valid yet.';
    case 'self-signed':
      return 'The certificate is self-signed.';
    case 'incomplete':
      return 'The chain of certificates is not complete.';
    case 'other name':
      return `The certificate is for other names than ${hostname}.`;
    case 'no TLS':
      return 'What answers there does not speak TLS. Is it an http port?';
    case 'other':
      return `The encryption failed: ${printable(code ?? 'no code was given')}.`;
  }
}
