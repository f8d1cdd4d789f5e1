import { useMutation } from '@tanstack/react-query';
import { Dropdown, type MenuProps, Popover } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import type { View } from '@/api/types';
import { changeView, createView, deleteView, type ViewChange, viewsQuery } from '@/api/views';
import {
  ArrowLeftOutlined,
  ArrowRightOutlined,
  CopyOutlined,
  DeleteOutlined,
  DownOutlined,
  EditOutlined,
  LockOutlined,
  TeamOutlined,
  UnlockOutlined,
  UserOutlined,
} from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { NO_DRAFT } from './address';
import styles from './table.module.css';
import type { TableState } from './table-state';
import { beside, mayMove } from './view-order';

const ViewName = lazy(() => import('./ViewName'));
const ConfirmDialog = lazy(() => import('@/ui/ConfirmDialog'));

/** What can be done with the view that is open. */
export default function ViewMenu({ view, state }: { view: View; state: TableState }) {
  const { t } = useTranslation(['table', 'common']);
  const { rights } = useMe();
  const message = useMessage();
  const [renaming, setRenaming] = useState(false);
  const [removing, setRemoving] = useState(false);
  const refresh = () => queryClient.invalidateQueries(viewsQuery(view.object));
  const failed = (error: unknown) => void message.error(errorText(error));
  const change = useMutation({
    mutationFn: (part: ViewChange) => changeView(view.id, part),
    onSuccess: async () => {
      await refresh();
      setRenaming(false);
    },
    onError: failed,
  });
  const copy = useMutation({
    // As it looks now, with what is not saved.
    mutationFn: () =>
      createView({
        object: view.object,
        name: t('views.copyName', { name: view.name }),
        kind: view.kind,
        spec: { ...state.spec, count: false },
        shared: false,
      }),
    onSuccess: async (made) => {
      await refresh();
      state.go({ view: made.id, ...NO_DRAFT });
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

  const { mayChange, views = [] } = state;
  const isShared = view.owner === null;
  const siblings = beside(views, view);
  const place = siblings.findIndex((one) => one.id === view.id);
  const step = (key: string, by: -1 | 1): NonNullable<MenuProps['items']>[number] => ({
    key,
    icon: by < 0 ? <ArrowLeftOutlined /> : <ArrowRightOutlined />,
    label: t(by < 0 ? 'views.left' : 'views.right'),
    disabled: place + by < 0 || place + by >= siblings.length,
    onClick: () => change.mutate({ position: place + by }),
  });
  const items: MenuProps['items'] = [
    ...(mayChange
      ? [{ key: 'rename', icon: <EditOutlined />, label: t('views.rename'), onClick: () => setRenaming(true) }]
      : []),
    { key: 'copy', icon: <CopyOutlined />, label: t('views.copy'), onClick: () => copy.mutate() },
    ...(mayMove(view, rights) ? [step('left', -1), step('right', 1)] : []),
    ...(rights.manage_fields && mayChange
      ? [
          {
            key: 'share',
            icon: isShared ? <UserOutlined /> : <TeamOutlined />,
            label: t(isShared ? 'views.unshare' : 'views.share'),
            onClick: () => change.mutate({ shared: !isShared }),
          },
        ]
      : []),
    ...(rights.manage_fields && isShared
      ? [
          {
            key: 'lock',
            icon: view.locked ? <UnlockOutlined /> : <LockOutlined />,
            label: t(view.locked ? 'views.unlock' : 'views.lock'),
            onClick: () => change.mutate({ locked: !view.locked }),
          },
        ]
      : []),
    ...(mayChange
      ? [
          { key: 'line', type: 'divider' as const },
          {
            key: 'delete',
            icon: <DeleteOutlined />,
            danger: true,
            label: t('views.remove'),
            disabled: views.length === 1,
            onClick: () => setRemoving(true),
          },
        ]
      : []),
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
            <ViewName name={view.name} onName={(name) => change.mutate({ name })} onClose={() => setRenaming(false)} />
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
