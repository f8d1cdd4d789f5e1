import { afterEach, describe, expect, it, vi } from 'vitest';
import { actFor, get, onStrayed, post } from './client';

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

describe('for whom a page was opened', () => {
  it('is said with all that may change something, until nobody is signed in', async () => {
    const ask = server(answer(200, 1), answer(200, 2), answer(401, { error: { code: 'signed_out', message: '' } }));
    const said = () => ((ask.mock.lastCall as unknown[])[1] as RequestInit & { headers: Headers }).headers;
    actFor(7);
    await get('/api/me');
    expect(said().get('Kebu-Person')).toBeNull();
    await post('/api/views');
    expect(said().get('Kebu-Person')).toBe('7');
    await expect(post('/api/views')).rejects.toMatchObject({ code: 'signed_out' });
    await post('/api/invites/x').catch(() => {});
    expect(said().get('Kebu-Person')).toBeNull();
  });

  it('is noticed once it is somebody else', async () => {
    const strayed = vi.fn();
    onStrayed(strayed);
    server(answer(403, { error: { code: 'another_person', message: '' } }));
    await expect(post('/api/views')).rejects.toMatchObject({ code: 'another_person' });
    expect(strayed).toHaveBeenCalledWith('another_person');
    onStrayed(() => {});
  });
});
