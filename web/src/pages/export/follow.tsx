import { Button } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { downloadFile, type ExportResult } from '@/api/exports';
import { followJob } from '@/commands/work';
import { useMessage } from '@/ui/messages';
import '@/i18n/exports';

/** Exports that this page shows already. */
export const followed = new Set<number>();

/**
 * Shows how far an export is, while the person works on, and hands over its file. Where the page was loaded meanwhile
 * (`resumed`) the file waits for a click: nobody expects it any more.
 */
export function useFollowExport(): (job: number, name: string, resumed?: boolean) => void {
  const { t } = useTranslation('exports');
  const message = useMessage();
  return useCallback(
    (job, name, resumed = false) => {
      followed.add(job);
      const tell = async () => {
        const done = await followJob(job, t('working', { name }));
        if (done.state === 'cancelled') {
          message.info(t('cancelled'));
          return;
        }
        if (done.state === 'failed') throw new ApiError(400, done.error ?? { code: 'server_error', message: '' });
        const result = done.result as ExportResult;
        if (!resumed) downloadFile(result);
        message.success({
          key: `export ${job}`,
          duration: resumed ? 0 : 6,
          content: (
            <>
              {t('done', { count: result.rows })}
              <Button type="link" size="small" onClick={() => downloadFile(result)}>
                {t('download')}
              </Button>
            </>
          ),
        });
        if (result.beyond) message.warning({ content: t('beyond', { count: result.beyond }), duration: 15 });
      };
      tell().catch((error: unknown) => void message.error(errorText(error)));
    },
    [t, message],
  );
}
