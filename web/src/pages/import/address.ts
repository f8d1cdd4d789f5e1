/** `id`: an import that was begun; `object`: what a new one brings. */
export interface ImportAddress {
  id?: number;
  object?: string;
}

export function readImportAddress({ id, object }: Record<string, unknown>): ImportAddress {
  return {
    id: Number.isInteger(id) ? Number(id) : undefined,
    object: typeof object === 'string' ? object : undefined,
  };
}
