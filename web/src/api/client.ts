import type { ErrorBody, Language } from './types';

/** The server's one error shape, or what went wrong on the way to it (`code` `offline`). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;
  readonly details: unknown;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = 'ApiError';
    this.code = body.code;
    this.status = status;
    this.field = body.field;
    this.details = body.details;
  }
}

export function isApiError(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}

let language: Language = 'zh-Hans';

/** The language in which the server is to answer from now on. */
export function speak(chosen: Language): void {
  language = chosen;
}

let person = '';

/** For whom the page was opened; it changes nothing for anybody else who may be signed in here by now. */
export function actFor(id: number | null): void {
  person = id === null ? '' : String(id);
}

/** `another_person`: the browser is somebody else's by now; `viewing_over`: one may look as this person no more. */
export type Strayed = 'another_person' | 'viewing_over';
let strayed = (_: Strayed) => {};

/** What to do when the page is not its person's any more. */
export function onStrayed(act: (why: Strayed) => void): void {
  strayed = act;
}
export const stray = (why: Strayed) => strayed(why);

let signedOut = () => {};

/** What to do when the server says that nobody is signed in any more. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  /** Sent as JSON; a FormData is sent as it is. */
  body?: unknown;
  signal?: AbortSignal;
  /** Sent as the page goes away, it arrives all the same. */
  lasting?: boolean;
  /** What is sent again under the same key is done once. */
  key?: string;
}

/** Characters; a browser keeps 64 kB on their way in all. */
const MAX_KEPT_ALIVE = 2_000;

/** One call to the server. Throws `ApiError` for every refusal and for a lost line. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': language });
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) {
    body = options.body;
  } else if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json');
    body = JSON.stringify(options.body);
  }
  if (options.key) headers.set('Idempotency-Key', options.key);
  if (method !== 'GET') {
    headers.set('X-CSRFToken', cookie('csrftoken'));
    if (person) headers.set('Kebu-Person', person);
  }
  let response: Response;
  const address = path + searchString(options.query);
  // Of long bodies a browser refuses that.
  const keepalive = options.lasting === true && typeof body === 'string' && body.length < MAX_KEPT_ALIVE;
  try {
    response =
      // Without a wait where there is none: what is painted next would go before the request.
      (method === 'GET' && window.kebuAsked && (await askedAlready(address))) ||
      (await fetch(address, { method, headers, body, signal: options.signal, credentials: 'same-origin', keepalive }));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, { code: 'offline', message: '' });
  }
  const answer = await readJson(response);
  if (!response.ok) {
    const error = new ApiError(response.status, errorBody(answer, response.status));
    if (error.code === 'signed_out') {
      actFor(null);
      signedOut();
    }
    if (error.code === 'another_person' || error.code === 'viewing_over') stray(error.code);
    throw error;
  }
  return answer as T;
}

declare global {
  interface Window {
    /** Answers on their way since before the program was here; see public/first.js. */
    kebuAsked?: Map<string, Promise<Response | null>>;
  }
}
/** Milliseconds of the page's life in which an answer from before it is still news. */
const ASKED_JUST_NOW = 10_000;

/** What was asked before the program was here, once: whoever asks again wants to know it anew. */
async function askedAlready(address: string): Promise<Response | null> {
  const asked = window.kebuAsked?.get(address);
  window.kebuAsked?.delete(address);
  const answer = performance.now() < ASKED_JUST_NOW ? await asked : null;
  // Nobody was signed in: what else was refused then says nothing about who comes in now.
  if (!answer?.ok) window.kebuAsked = undefined;
  return answer ?? null;
}

export const get = <T>(path: string, query?: RequestOptions['query'], signal?: AbortSignal) =>
  request<T>('GET', path, { query, signal });
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal) =>
  request<T>('POST', path, { body, signal });
export const patch = <T>(path: string, body: unknown, lasting = false) => request<T>('PATCH', path, { body, lasting });
export const remove = <T>(path: string, query?: RequestOptions['query'], body?: unknown) =>
  request<T>('DELETE', path, { query, body });

function searchString(query: RequestOptions['query']): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Every refusal has `{"error": …}`; a proxy's own page has not, and becomes `server_error`. */
function errorBody(answer: unknown, status: number): ErrorBody {
  if (answer && typeof answer === 'object' && 'error' in answer) {
    return answer.error as ErrorBody;
  }
  return { code: status >= 500 ? 'server_error' : `http_${status}`, message: '', details: answer };
}

function cookie(name: string): string {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}
