import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { queryClient } from '@/api/cache';
import { compareUpload, isCompared } from '@/api/comparisons';
import { errorText } from '@/api/errors';
import { useMessage } from '@/ui/messages';
import { comparisonKey } from './keys';

/** Compares an upload, or an export in it by its key; a large one goes on as a job, which the page of the import shows. */
export function useCompare(id: number) {
  const message = useMessage();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (key?: string) => compareUpload(id, key),
    onSuccess: async (found) => {
      if (isCompared(found)) queryClient.setQueryData(comparisonKey(found.id), found);
      if (found.id !== id) await navigate({ to: '/import', search: { id: found.id } });
      else await queryClient.invalidateQueries({ queryKey: ['import', id], exact: isCompared(found) });
    },
    onError: (error) => void message.error(errorText(error)),
  });
}
