import { queryOptions } from '@tanstack/react-query';
import i18next from 'i18next';
import { ApiError, get, patch, post } from './client';

export interface Passkey {
  id: number;
  name: string;
  created_at: string;
  last_used: string | null;
}
export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: ({ signal }) => get<{ available: boolean; rows: Passkey[] }>('/api/passkeys', undefined, signal),
  staleTime: 0,
});

/** Whether this browser knows them: never on plain http but this machine's own. */
export const browserHasPasskeys = () => typeof window.PublicKeyCredential === 'function';

interface Descriptor {
  id: string;
  type: 'public-key';
}

/** Has the browser make one, and keeps it. Throws `ApiError` `passkey_cancelled`, too. */
export async function makePasskey(name: string, password: string): Promise<Passkey> {
  const { publicKey } = await post<{
    publicKey: Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
      challenge: string;
      user: { id: string; name: string; displayName: string };
      excludeCredentials?: Descriptor[];
    };
  }>('/api/passkeys/begin', { password });
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: (publicKey.excludeCredentials ?? []).map(described),
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return post<Passkey>('/api/passkeys', {
    name,
    credential: {
      id: made.id,
      response: {
        clientDataJSON: text(response.clientDataJSON),
        attestationObject: text(response.attestationObject),
      },
    },
  });
}

/** Signs in by one: after a password, as the second factor. Throws `ApiError` `passkey_cancelled`, too. */
export async function signInByPasskey(afterPassword: boolean): Promise<void> {
  const { publicKey } = await post<{
    publicKey: Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> & {
      challenge: string;
      allowCredentials?: Descriptor[];
    };
  }>('/api/sign-in/passkey/begin', { after_password: afterPassword });
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        allowCredentials: (publicKey.allowCredentials ?? []).map(described),
      },
    }),
  );
  const response = used.response as AuthenticatorAssertionResponse;
  await post('/api/sign-in/passkey', {
    credential: {
      id: used.id,
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      },
    },
  });
}

export const renamePasskey = (id: number, name: string) => patch<Passkey>(`/api/passkeys/${id}`, { name });
export const removePasskey = (id: number, password: string) => post(`/api/passkeys/${id}/remove`, { password });

/** Why a browser made or used none, by its own name for it. Else the person closed the dialog, or has none here. */
const WHY: Record<string, 'there' | 'noBrowser' | undefined> = {
  InvalidStateError: 'there', // the device has one of this person's already
  SecurityError: 'noBrowser', // the page has another address than the passkeys belong to
};

/** The browser's own dialog. */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null = null;
  let name = '';
  try {
    found = await ask();
  } catch (error) {
    if (error instanceof DOMException) name = error.name;
  }
  if (found) return found as PublicKeyCredential;
  const message = i18next.t(`ways:passkeys.${WHY[name] ?? 'cancelled'}`);
  throw new ApiError(0, { code: 'passkey_cancelled', message });
}

const described = ({ id, type }: Descriptor): PublicKeyCredentialDescriptor => ({ id: bytes(id), type });

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const signs = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(signs).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
