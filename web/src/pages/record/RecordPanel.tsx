import { useQuery } from '@tanstack/react-query';
import { Button, Tabs } from 'antd';
import { type CSSProperties, type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { readRecord } from '@/api/records';
import { useMe } from '@/api/session';
import type { Cell, ObjectInfo, RecordId } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank, nameIn } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { isUnmade } from '@/grid/source';
import { TabName } from '@/pages/comments/TabName';
import { MergeButton } from '@/pages/merge/MergeButton';
import type { RecordTab } from '@/pages/table/address';
import type { AskConflict } from '@/pages/table/saving';
import { arriving } from '@/ui/arriving';
import { DeleteOutlined } from '@/ui/icons';
import { CloseOutlined } from '@/ui/more-icons';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { LogButton } from './LogButton';
import { NewRecord } from './NewRecord';
import { PanelEdge, usePanelWidth } from './PanelEdge';
import { PersonButton } from './PersonButton';
import { RecordFields } from './RecordFields';
import { RelatedList } from './RelatedList';
import styles from './record.module.css';
import { Revealing } from './revealed';
import { ShareButton } from './ShareButton';
import { Timeline } from './Timeline';
import { UnmadeRecord } from './UnmadeRecord';
import { WhyButton } from './WhyButton';

const LogForm = lazy(() => arriving(() => import('./LogForm')));
const TABS_ID = 'record';

const Threads = lazy(() => arriving(() => import('@/pages/comments/Threads')));

export interface RecordPanelProps {
  object: ObjectInfo;
  id: RecordId | 'new';
  /** What a new record begins with. */
  draft: Record<string, Cell>;
  /** Keys of the fields to show even where they are empty. */
  shown: string[];
  context: FieldContext;
  ask: AskConflict;
  tab: RecordTab;
  onTab: (tab: RecordTab) => void;
  onSaved: (id: RecordId, version: number, values: Record<string, Cell>) => void;
  /** Another record stands in its place: the new one was made, or it was merged into that one. */
  onCreated: (id: RecordId) => void;
  onRemove: (id: RecordId) => void;
  onClose: () => void;
  /** Who hears of saves by `onSaved` and need not be told again. */
  from: unknown;
}

/** A record beside its table; on a phone over it. */
export default function RecordPanel(props: RecordPanelProps) {
  const { t } = useTranslation('table');
  const { object, id, onClose } = props;
  const panel = useRef<HTMLElement>(null);
  const [width, setWidth] = usePanelWidth();
  useEffect(() => {
    // What is inside may have the focus already: a new record begins in its first field.
    if (!panel.current?.contains(document.activeElement)) panel.current?.focus({ preventScroll: true });
  }, []);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
    // So does a dialog that was opened here and lies over the page.
    if (event.target instanceof Node && !event.currentTarget.contains(event.target)) return;
    // A list or a date picker that is open inside closes by itself.
    if (event.target instanceof Element && event.target.closest('[aria-expanded="true"]')) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      className={styles.panel}
      style={{ '--panel': `${width}px` } as CSSProperties}
      aria-label={id === 'new' ? t('record.new', { object: labelOf(object.label) }) : t('record.tabsLabel')}
      onKeyDown={press}
    >
      <PanelEdge width={width} onChange={setWidth} />
      {id === 'new' ? (
        <NewRecord {...props} />
      ) : isUnmade(id) ? (
        <UnmadeRecord {...props} id={id} />
      ) : (
        <Revealing key={id}>
          <OpenRecord {...props} id={id} onLogged={() => panel.current?.focus({ preventScroll: true })} />
        </Revealing>
      )}
    </aside>
  );
}

function OpenRecord(props: RecordPanelProps & { id: RecordId; onLogged: () => void }) {
  const { object, id, context, tab, onTab, onClose, onRemove, onLogged } = props;
  const { t } = useTranslation('table');
  const { objects } = useObjects();
  const me = useMe();
  const [logging, setLogging] = useState(false);
  const record = useQuery({
    queryKey: ['record', object.key, id],
    queryFn: ({ signal }) => readRecord(object.key, id, signal),
    staleTime: 5_000,
  });
  const isThere = record.data !== undefined;
  const ledTo = record.data && record.data.id !== id ? record.data.id : null;
  const latest = useRef(props.onCreated);
  latest.current = props.onCreated;
  useEffect(() => {
    // It was merged into another one, which is opened in its place.
    if (ledTo !== null) latest.current(ledTo);
  }, [ledTo]);
  useEffect(() => {
    // On a phone the names of the tabs are pushed along: that of the open one is in sight.
    const name = isThere && document.getElementById(`${TABS_ID}-tab-${tab}`);
    if (name) name.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab, isThere]);
  const close = (
    <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('record.close')} onClick={onClose} />
  );
  if (!record.data) {
    return (
      <>
        <header className={styles.head}>
          <span className={styles.grow} />
          {close}
        </header>
        {isApiError(record.error, 'not_found') ? (
          <Statement title={t('record.gone')} text={t('record.goneText')} role="alert" />
        ) : record.error ? (
          <Failed text={errorText(record.error)} onRetry={() => void record.refetch()} />
        ) : (
          <LinesLoading rows={10} />
        )}
      </>
    );
  }
  const { values, rights } = record.data;
  const name = nameIn(values[object.title_field]) || t('record.unnamed');
  const stage = object.fields.find((field) => field.key === 'stage');
  const number = values.number;
  const merged = record.data.merged.join(', ');
  const old = merged ? t('record.merged', { numbers: merged }) : undefined;
  const isPerson = me.rights.privacy && (object.key === 'contacts' || values.kind === 'person');
  const related = record.data.related.flatMap((told) => {
    const other = objects.find((one) => one.key === told.object);
    return other ? [{ ...told, other }] : [];
  });
  const log = related.find(({ other }) => other.key === 'activities' && other.rights.create);

  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.name} title={name}>
          {name}
        </h2>
        {stage && !isBlank(values.stage) ? <CellView field={stage} cell={values.stage} context={context} /> : null}
        {typeof number === 'string' ? (
          <span className={styles.number} title={old}>
            {number}
            {old ? <span className="visually-hidden">{old}</span> : null}
          </span>
        ) : null}
        <span className={styles.grow} />
        {log ? <LogButton open={logging} onOpen={() => setLogging(true)} /> : null}
        {object.rights.share ? <ShareButton object={object} id={id} name={name} mayWrite={rights.update} /> : null}
        {isPerson ? <PersonButton object={object} id={id} name={name} onErased={onClose} /> : null}
        {me.rights.manage_people ? <WhyButton object={object} id={id} name={name} /> : null}
        {rights.update && object.rights.delete ? (
          <MergeButton object={object} id={id} context={context} onDone={props.onCreated} />
        ) : null}
        {rights.delete ? (
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            title={t('record.delete', { object: labelOf(object.label) })}
            aria-label={t('record.delete', { object: labelOf(object.label) })}
            onClick={() => onRemove(id)}
          />
        ) : null}
        {close}
      </header>
      {log && logging ? (
        <Suspense>
          <LogForm
            object={log.other}
            relation={log.field}
            parent={{ id, label: name }}
            context={context}
            onClose={() => {
              setLogging(false);
              onLogged();
            }}
          />
        </Suspense>
      ) : null}
      <Tabs
        id={TABS_ID}
        size="small"
        tabBarGutter={12}
        className={styles.tabs}
        activeKey={tab}
        onChange={(key) => onTab(key as RecordTab)}
        destroyOnHidden
        items={[
          {
            key: 'fields',
            label: t('record.tabs.fields'),
            children: (
              <RecordFields
                object={object}
                record={record.data}
                shown={props.shown}
                context={context}
                ask={props.ask}
                onSaved={props.onSaved}
                from={props.from}
              />
            ),
          },
          ...related.map(({ other, field, count }) => ({
            key: other.key,
            label: (
              <>
                {labelOf(other.plural)}
                {count > 0 ? <span className={styles.tabCount}>{count}</span> : null}
              </>
            ),
            children: (
              <RelatedList
                object={other}
                relation={field}
                count={count}
                onAdd={other === log?.other ? () => setLogging(true) : undefined}
                parent={{ id, label: name }}
                context={context}
                ask={props.ask}
              />
            ),
          })),
          {
            key: 'comments',
            label: <TabName object={object} id={id} />,
            children: (
              <Suspense fallback={<LinesLoading rows={4} />}>
                <Threads object={object} id={id} />
              </Suspense>
            ),
          },
          {
            key: 'timeline',
            label: t('record.tabs.timeline'),
            children: <Timeline object={object} id={id} context={context} />,
          },
        ]}
      />
    </>
  );
}
