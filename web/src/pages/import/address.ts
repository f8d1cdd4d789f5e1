/** `id`: an import that was begun; `object`: what a new one brings. */
export interface ImportAddress {
  id?: number;
  object?: string;
}

export function readImportAddress(search: Record<string, unknown>): ImportAddress {
  const address: ImportAddress = {};
  if (Number.isInteger(search.id)) address.id = Number(search.id);
  if (typeof search.object === 'string') address.object = search.object;
  return address;
}
