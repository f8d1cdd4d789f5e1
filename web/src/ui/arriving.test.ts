import { afterEach, expect, it, vi } from 'vitest';
import { arriving } from './arriving';

afterEach(() => vi.unstubAllGlobals());

it('a part that could not be fetched comes when the line is back', async () => {
  let line = false;
  vi.stubGlobal('fetch', () => (line ? Promise.resolve(new Response()) : Promise.reject(new TypeError('no line'))));
  const part = arriving(() => (line ? Promise.resolve('here') : Promise.reject(new Error('gone'))));
  await Promise.resolve();
  line = true;
  const again = setInterval(() => window.dispatchEvent(new Event('online')), 5);
  expect(await part).toBe('here');
  clearInterval(again);
});

it('a part that the server does not have is an error', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response()));
  await expect(arriving(() => Promise.reject(new Error('not found')))).rejects.toThrow('not found');
});
