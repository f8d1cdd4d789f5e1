import { queryOptions } from '@tanstack/react-query';
import { get, patch, post, remove } from './client';

export type MailSecurity = 'tls' | 'starttls' | 'none';

export interface MailServerForm {
  host: string;
  port: number;
  security: MailSecurity;
  username: string;
  /** Null keeps the one there is. */
  password: string | null;
  sender: string;
  name: string;
}
export interface MailServer extends Omit<MailServerForm, 'password'> {
  has_password: boolean;
  /** Set by the environment. */
  fixed: boolean;
}
export interface SentMail {
  at: string;
  to: string;
  kind:
    | 'mail_invite'
    | 'mail_new_password'
    | 'mail_reset'
    | 'mail_passkey'
    | 'mail_password_changed'
    | 'mail_reminder'
    | 'mail_reminders';
  state: 'waiting' | 'going' | 'sent' | 'refused' | 'unclear' | 'late';
  answer: string;
}
interface Mails {
  server: MailServer | null;
  recent: SentMail[];
}

export const mailQuery = queryOptions({
  queryKey: ['mail'],
  queryFn: ({ signal }) => get<Mails>('/api/mail', undefined, signal),
  staleTime: 0,
  // As long as one is on its way.
  refetchInterval: ({ state }) =>
    state.data?.recent.some((mail) => mail.state === 'waiting' || mail.state === 'going') ? 5_000 : false,
});
export const setUpMail = (server: MailServerForm) => patch<Mails>('/api/mail', server);
export const turnMailOff = () => remove('/api/mail');
export const sendTestMail = () => post<{ taken: boolean; answer: string }>('/api/mail/test');
