import { queryClient } from '@/api/cache';
import { objectsQuery } from '@/api/objects';
import { teamsQuery } from '@/api/rights';
import { meQuery } from '@/api/session';

/** One's own rights may have been among those that were changed: what they show is asked anew. */
export function rightsChanged(): void {
  void queryClient.invalidateQueries(meQuery);
  void queryClient.invalidateQueries(objectsQuery);
}

/** Who reaches whom has changed. */
export async function teamsChanged(): Promise<void> {
  await queryClient.invalidateQueries(teamsQuery);
  rightsChanged();
}
