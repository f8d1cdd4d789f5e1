import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { ApiError } from '@/api/client';
import { backUp, backupsQuery } from '@/api/company';
import { errorText } from '@/api/errors';
import { jobDone } from '@/api/jobs';
import { useMe } from '@/api/session';
import { dateTime } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { PlainTable, StateDot } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import { Head } from './Section';

export default function BackupsPage() {
  const { rights } = useMe();
  return rights.backups ? <Backups /> : <Forbidden />;
}

function Backups() {
  const { t } = useTranslation('settings');
  const message = useMessage();
  const backups = useQuery(backupsQuery);
  const run = useMutation({
    mutationFn: async () => {
      const job = await jobDone((await backUp()).job);
      if (job.state !== 'done') throw new ApiError(400, job.error ?? { code: 'server_error', message: '' });
    },
    onSuccess: () => {
      void message.success(t('backups.done'));
      void queryClient.invalidateQueries(backupsQuery);
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <>
      <Head
        title={t('backups.title')}
        text={t('backups.text')}
        action={
          <Button type="primary" loading={run.isPending} onClick={() => run.mutate()}>
            {run.isPending ? t('backups.running') : t('backups.now')}
          </Button>
        }
      />
      {backups.error ? (
        <Failed text={errorText(backups.error)} onRetry={() => void backups.refetch()} />
      ) : !backups.data ? (
        <LinesLoading />
      ) : backups.data.length === 0 ? (
        <Statement title={t('backups.empty')} text={t('backups.emptyText')} />
      ) : (
        <PlainTable
          label={t('backups.title')}
          head={[t('backups.at'), t('backups.size'), t('backups.verified'), t('backups.name')]}
        >
          {backups.data.map((backup) => (
            <tr key={backup.name}>
              <td>{dateTime(backup.at)}</td>
              <td>{megabytes(backup.size)}</td>
              <td>
                <StateDot tone={backup.verified ? 'done' : 'soon'}>
                  {backup.verified ? t('backups.verifiedYes') : t('backups.verifiedNo')}
                </StateDot>
              </td>
              <td>{backup.name}</td>
            </tr>
          ))}
        </PlainTable>
      )}
    </>
  );
}

function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
