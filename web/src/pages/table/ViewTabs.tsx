import { Popover } from 'antd';
import { type DragEvent, type HTMLAttributes, lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import type { ObjectInfo, View } from '@/api/types';
import { changeView, viewsQuery } from '@/api/views';
import { arriving } from '@/ui/arriving';
import { LockOutlined, PlusOutlined, UserOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { AFRESH } from './address';
import { KindMark } from './kinds';
import styles from './table.module.css';
import type { TableState } from './table-state';
import { beside, mayMove, placeAt } from './view-order';

const NewViewForm = lazy(() => import('./NewViewForm'));
// After the first rows: its place is kept.
const ViewMenu = lazy(() =>
  new Promise((begin) => setTimeout(begin, 1000)).then(() => arriving(() => import('./ViewMenu'))),
);

/** The views of a table as tabs: open one, drag it to another place, keep the present state as a new one. */
export function ViewTabs({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('table');
  const { views, view: current } = state;
  const drag = useTabDrag(views ?? []);
  return (
    <nav className={styles.tabs} aria-label={t('views.label')}>
      {views?.map((view) => (
        <span key={view.id} className={styles.tab} data-current={view.id === current?.id} {...drag(view)}>
          <button
            type="button"
            aria-current={view.id === current?.id ? 'page' : undefined}
            title={[view.name, ...noteOf(view).map((note) => t(note))].join(' · ')}
            onClick={() => state.go({ view: view.id, ...AFRESH })}
          >
            {view.owner === null ? null : <UserOutlined className={styles.tabIcon} />}
            {view.locked ? (
              <LockOutlined className={styles.tabIcon} role="img" aria-hidden={false} aria-label={t('views.locked')} />
            ) : null}
            {view.kind === 'grid' ? null : <KindMark kind={view.kind} className={styles.tabIcon} />}
            <span className={styles.tabName}>{view.name}</span>
            {view.count ? <span className={styles.tabCount}>{view.count}</span> : null}
          </button>
          {view.id === current?.id ? (
            <Suspense fallback={<span className={styles.tabMenu} />}>
              <ViewMenu view={view} state={state} />
            </Suspense>
          ) : null}
        </span>
      ))}
      {views ? <NewView object={object} state={state} /> : null}
    </nav>
  );
}

function noteOf(view: View): ('views.own' | 'views.locked')[] {
  if (view.owner !== null) return ['views.own'];
  return view.locked ? ['views.locked'] : [];
}

/** Tabs are dragged to another place among their like. By keys the menu of the view moves it. */
function useTabDrag(views: View[]) {
  const { rights } = useMe();
  const message = useMessage();
  const dragged = useRef<View | null>(null);
  const [over, setOver] = useState<{ id: number; after: boolean } | null>(null);
  const drop = async (target: View, after: boolean) => {
    const { current: view } = dragged;
    const position = view && placeAt(views, view, target, after);
    if (!view || position === null) return;
    const { queryKey } = viewsQuery(view.object);
    const others = views.filter((one) => one.id !== view.id);
    const at = others.indexOf(beside(others, view)[position] ?? view);
    const next = at >= 0 ? others.toSpliced(at, 0, view) : insertedLast(others, view);
    queryClient.setQueryData(queryKey, next);
    try {
      await changeView(view.id, { position });
    } catch (error) {
      void message.error(errorText(error));
    }
    void queryClient.invalidateQueries({ queryKey });
  };
  return (view: View): HTMLAttributes<HTMLElement> & Record<`data-${string}`, string | undefined> => {
    const sideOf = (event: DragEvent<HTMLElement>) => {
      const { left, width } = event.currentTarget.getBoundingClientRect();
      return event.clientX > left + width / 2;
    };
    return {
      draggable: mayMove(view, rights),
      'data-drop': over?.id === view.id ? (over.after ? 'after' : 'before') : undefined,
      onDragStart: (event) => {
        dragged.current = view;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', view.name);
      },
      onDragOver: (event) => {
        if (!dragged.current) return;
        event.preventDefault();
        const after = sideOf(event);
        if (over?.id !== view.id || over.after !== after) setOver({ id: view.id, after });
      },
      onDrop: (event) => {
        if (!dragged.current) return;
        event.preventDefault();
        void drop(view, sideOf(event));
        setOver(null);
      },
      onDragEnd: () => {
        dragged.current = null;
        setOver(null);
      },
    };
  };
}

/** Behind the last of its like: everybody's views stand before one's own. */
function insertedLast(others: View[], view: View): View[] {
  const like = beside(others, view).at(-1);
  return others.toSpliced(like ? others.indexOf(like) + 1 : others.length, 0, view);
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
