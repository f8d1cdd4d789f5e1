import { afterEach, describe, expect, it, vi } from 'vitest';
import { get } from './client';

const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
afterEach(() => {
  window.kebuAsked = undefined;
  vi.unstubAllGlobals();
});
const server = (...answers: Response[]) => {
  const ask = vi.fn(async () => answers.shift() ?? answer(500, null));
  vi.stubGlobal('fetch', ask);
  return ask;
};

describe('what was asked before the program was here', () => {
  it('is not asked again, and counts only once', async () => {
    const ask = server(answer(200, 'newer'));
    window.kebuAsked = new Map([['/api/views?object=deals', Promise.resolve(answer(200, 'early'))]]);
    expect(await get('/api/views', { object: 'deals' })).toBe('early');
    expect(ask).not.toHaveBeenCalled();
    expect(await get('/api/views', { object: 'deals' })).toBe('newer');
  });

  it('is asked once more where the line was lost', async () => {
    server(answer(200, 'now'));
    window.kebuAsked = new Map([['/api/me', Promise.resolve(null)]]);
    expect(await get('/api/me')).toBe('now');
  });

  it('says nothing any more once one of the answers was a refusal', async () => {
    server(answer(200, 'signed in'));
    const refusal = () => Promise.resolve(answer(401, { error: { code: 'signed_out', message: '' } }));
    window.kebuAsked = new Map([
      ['/api/me', refusal()],
      ['/api/objects', refusal()],
    ]);
    await expect(get('/api/me')).rejects.toMatchObject({ code: 'signed_out' });
    expect(await get('/api/objects')).toBe('signed in');
  });
});
