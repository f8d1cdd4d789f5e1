import i18next from 'i18next';
import { ApiError } from './client';

/** What a person is told about `error`: the server's own words, or ours where the server did not get to speak. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === 'offline') return i18next.t('error.offline');
    if (error.status === 429) return error.message || i18next.t('error.tooMany');
    if (error.message) return error.message;
  }
  return i18next.t('error.server');
}
