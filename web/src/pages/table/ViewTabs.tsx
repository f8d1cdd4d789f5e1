import { useMutation } from '@tanstack/react-query';
import { Dropdown, type MenuProps, Popover } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import type { ObjectInfo, View } from '@/api/types';
import { changeView, deleteView, viewsQuery } from '@/api/views';
import { DownOutlined, LockOutlined, PlusOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { AFRESH, NO_DRAFT } from './address';
import { KindMark } from './kinds';
import styles from './table.module.css';
import type { TableState } from './table-state';

const NewViewForm = lazy(() => import('./NewViewForm'));
const ViewName = lazy(() => import('./ViewName'));
const ConfirmDialog = lazy(() => import('@/ui/ConfirmDialog'));

/** The views of a table as tabs: open one, keep the present state as a new one, rename and delete. */
export function ViewTabs({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('table');
  const { views, view: current } = state;
  return (
    <nav className={styles.tabs} aria-label={t('views.label')}>
      {views?.map((view) => (
        <span key={view.id} className={styles.tab} data-current={view.id === current?.id}>
          <button
            type="button"
            aria-current={view.id === current?.id ? 'page' : undefined}
            title={view.owner === null ? view.name : `${view.name} · ${t('views.own')}`}
            onClick={() => state.go({ view: view.id, ...AFRESH })}
          >
            {view.owner === null ? null : <LockOutlined className={styles.tabIcon} />}
            {view.kind === 'grid' ? null : <KindMark kind={view.kind} className={styles.tabIcon} />}
            <span className={styles.tabName}>{view.name}</span>
            {view.count ? <span className={styles.tabCount}>{view.count}</span> : null}
          </button>
          {view.id === current?.id && state.mayChange ? <ViewMenu view={view} state={state} /> : null}
        </span>
      ))}
      {views ? <NewView object={object} state={state} /> : null}
    </nav>
  );
}

function ViewMenu({ view, state }: { view: View; state: TableState }) {
  const { t } = useTranslation(['table', 'common']);
  const message = useMessage();
  const [renaming, setRenaming] = useState(false);
  const [removing, setRemoving] = useState(false);
  const refresh = () => queryClient.invalidateQueries(viewsQuery(view.object));
  const failed = (error: unknown) => void message.error(errorText(error));
  const rename = useMutation({
    mutationFn: (name: string) => changeView(view.id, { name }),
    onSuccess: async () => {
      await refresh();
      setRenaming(false);
    },
    onError: failed,
  });
  const drop = useMutation({
    mutationFn: () => deleteView(view.id),
    onSuccess: async () => {
      await refresh();
      state.go({ view: undefined, ...NO_DRAFT });
    },
    onError: failed,
  });
  const items: MenuProps['items'] = [
    { key: 'rename', label: t('views.rename'), onClick: () => setRenaming(true) },
    {
      key: 'delete',
      danger: true,
      label: t('views.remove'),
      disabled: state.views?.length === 1,
      onClick: () => setRemoving(true),
    },
  ];
  return (
    <>
      <Popover
        open={renaming}
        onOpenChange={(open) => !open && setRenaming(false)}
        trigger="click"
        placement="bottomLeft"
        content={
          <Suspense>
            <ViewName name={view.name} onName={(name) => rename.mutate(name)} onClose={() => setRenaming(false)} />
          </Suspense>
        }
      >
        <Dropdown trigger={['click']} menu={{ items }}>
          <button type="button" className={styles.tabMenu} aria-label={t('views.menu', { name: view.name })}>
            <DownOutlined />
          </button>
        </Dropdown>
      </Popover>
      {removing ? (
        <Suspense>
          <ConfirmDialog
            title={t('views.removeAsk', { name: view.name })}
            okText={t('common:delete')}
            onOk={() => drop.mutateAsync()}
            onClose={() => setRemoving(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function NewView({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('table');
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      content={
        <Suspense>
          <NewViewForm object={object} state={state} onDone={() => setOpen(false)} />
        </Suspense>
      }
    >
      <button type="button" className={styles.addTab} aria-label={t('views.add')} title={t('views.add')}>
        <PlusOutlined />
      </button>
    </Popover>
  );
}
