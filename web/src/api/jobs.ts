import { useQuery } from '@tanstack/react-query';
import { get, post } from './client';
import type { Job, RunningAct } from './types';

export const readJob = (id: number, signal?: AbortSignal) => get<Job>(`/api/jobs/${id}`, undefined, signal);
/** One's own acts on many records that are at work, or ended a moment ago. */
export const readActs = async () => (await get<{ jobs: RunningAct[] }>('/api/jobs')).jobs;
export const cancelJob = (id: number) => post<Job>(`/api/jobs/${id}/cancel`);
export const isOver = (job: Job) => job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';

/** A job as it goes on, asked twice a second until it is over. */
export function useJob(id: number | null) {
  return useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => readJob(id ?? 0, signal),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : 500),
    refetchIntervalInBackground: true,
  });
}

/** Waits until a job is over; asks less often the longer it takes. `told` hears how far it is. */
export async function jobDone(id: number, signal?: AbortSignal, told?: (job: Job) => void): Promise<Job> {
  for (let pause = 150; ; pause = Math.min(pause * 1.4, 1500)) {
    const job = await readJob(id, signal);
    told?.(job);
    if (isOver(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
