import { post, remove } from './client';

/** From the next request on this session sees the program as that person does, and changes nothing. */
export const beginViewing = (id: number) => post<null>(`/api/users/${id}/view`);
export const endViewing = () => remove<null>('/api/viewing');
