import '@/i18n/today';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented, Select } from 'antd';
import { type KeyboardEvent, lazy, Suspense, useCallback, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import { DAY, dayQuery } from '@/api/today';
import type { ObjectInfo, RecordId } from '@/api/types';
import { keyLabel, useCommands } from '@/commands/command';
import { undoStack } from '@/commands/undo';
import { type FieldContext, useFieldContext } from '@/fields/context';
import { useOnChanges } from '@/pages/kinds/rows';
import { useConflicts } from '@/pages/table/conflicts';
import { useTableActs } from '@/pages/table/table-acts';
import { arriving } from '@/ui/arriving';
import { RedoOutlined, UndoOutlined } from '@/ui/icons';
import page from '@/ui/page.module.css';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import { type DayAddress, nameOf, recordIn } from './address';
import { sectionsOf } from './lines';
import { Section } from './Section';
import styles from './today.module.css';

const RecordPanel = lazy(() => arriving(() => import('@/pages/record/RecordPanel')));
const STILL = [7, 14, 30, 60, 90];
const STILL_KEPT = 'kebu.today.still';

/** What a person has to do: one line each, with all that one does about it at hand. */
export default function TodayPage() {
  const { t } = useTranslation(['today', 'table']);
  const { objects, users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const address = useSearch({ from: '/shell/today' });
  const navigate = useNavigate({ from: '/today' });
  const narrow = useNarrow();
  const [still, setStill] = useStill();
  const { who = 'mine' } = address;
  const day = useQuery({ ...dayQuery({ who, still }), placeholderData: keepPreviousData });
  useOnChanges(useCallback(() => void queryClient.invalidateQueries({ queryKey: [DAY] }), []));
  const go = (change: DayAddress, replace = false) => void navigate({ search: { ...address, ...change }, replace });
  const open = (object: ObjectInfo, id: RecordId) => go({ record: nameOf(object.key, id), tab: undefined });
  const record = recordIn(address.record);
  const opened = record && objects.find((one) => one.key === record.object);
  const panel =
    record && opened ? (
      <Opened key={address.record} object={opened} id={record.id} address={address} go={go} context={context} />
    ) : null;
  if (narrow && panel) return panel;
  const sections = day.data ? sectionsOf(day.data) : [];
  return (
    <div className={styles.work}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the lines inside are what arrows go along */}
      <div className={styles.page} data-day onKeyDown={walk}>
        <header className={page.head}>
          <h1 className={page.title}>{t('title')}</h1>
          <span className={styles.date}>{longDay(context)}</span>
          {day.data?.team ? (
            <Segmented
              size="small"
              aria-label={t('who')}
              value={who}
              options={(['mine', 'team'] as const).map((value) => ({ value, label: t(value) }))}
              onChange={(value) => go({ who: value === 'team' ? value : undefined })}
            />
          ) : null}
          <span className={page.space} />
          <Select
            size="small"
            variant="borderless"
            popupMatchSelectWidth={false}
            aria-label={t('still')}
            value={still}
            options={STILL.map((value) => ({ value, label: t('stillDays', { count: value }) }))}
            onChange={setStill}
          />
          {objects[0] ? <Undo object={objects[0]} /> : null}
        </header>
        {day.error && !day.data ? (
          <Failed text={errorText(day.error)} onRetry={() => void day.refetch()} />
        ) : !day.data ? (
          <LinesLoading rows={10} />
        ) : sections.length === 0 ? (
          <Statement title={t('empty')} text={t('emptyText')}>
            <Button type="primary" onClick={() => void navigate({ to: '/o/$object', params: { object: 'customers' } })}>
              {t('toTable')}
            </Button>
          </Statement>
        ) : (
          <div className={styles.sections} aria-busy={day.isPlaceholderData}>
            {sections.map((section) => (
              <Section
                key={section.key}
                section={section}
                context={context}
                opened={address.record}
                withOwner={who === 'team'}
                onOpen={open}
              />
            ))}
          </div>
        )}
      </div>
      {panel}
    </div>
  );
}

/** Arrows go from line to line. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.target instanceof HTMLElement) || !event.target.dataset.opens) return;
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-opens]')];
  const next = lines[lines.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** For how many days a deal may stand; this browser remembers it. */
function useStill(): [number, (days: number) => void] {
  const [days, setDays] = useState(() => STILL.find((one) => String(one) === localStorage.getItem(STILL_KEPT)) ?? 30);
  return [
    days,
    (next) => {
      localStorage.setItem(STILL_KEPT, String(next));
      setDays(next);
    },
  ];
}

const longDay = ({ today, language }: FieldContext) =>
  new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', weekday: 'long', timeZone: 'UTC' }).format(
    Date.parse(`${today}T00:00:00Z`),
  );

/** Takes back what was done here, as everywhere. */
function Undo({ object }: { object: ObjectInfo }) {
  const { t } = useTranslation('table');
  const stacks = useSyncExternalStore(undoStack.subscribe, undoStack.read);
  const acts = useTableActs(object, null, { openNew: () => {}, open: () => {} });
  const commands = [
    {
      id: 'undo',
      label: t('tools.undo'),
      icon: <UndoOutlined />,
      keys: ['mod+z'],
      enabled: stacks.undo.length > 0,
      perform: () => void acts.undo(),
    },
    {
      id: 'redo',
      label: t('tools.redo'),
      icon: <RedoOutlined />,
      keys: ['mod+y', 'mod+shift+z'],
      enabled: stacks.redo.length > 0,
      perform: () => void acts.redo(),
    },
  ];
  useCommands(commands);
  return (
    <span>
      {commands.map(({ id, label, icon, keys: [keys = ''], enabled, perform }) => (
        <Button
          key={id}
          type="text"
          size="small"
          icon={icon}
          disabled={!enabled}
          aria-label={label}
          title={`${label} ${keyLabel(keys)}`}
          onClick={perform}
        />
      ))}
    </span>
  );
}

interface OpenedProps {
  object: ObjectInfo;
  id: RecordId;
  address: DayAddress;
  go: (change: DayAddress, replace?: boolean) => void;
  context: FieldContext;
}
/** The record beside its line. */
function Opened({ object, id, address, go, context }: OpenedProps) {
  const conflicts = useConflicts(object, context, () => '');
  const acts = useTableActs(object, null, { openNew: () => {}, open: () => {} });
  const close = () => {
    go({ record: undefined, tab: undefined });
    const line = nameOf(object.key, id);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-opens="${line}"]`)?.focus());
  };
  return (
    <Suspense>
      <RecordPanel
        object={object}
        id={id}
        draft={{}}
        shown={object.fields.filter((field) => !field.hidden && !field.lookup).map((field) => field.key)}
        context={context}
        ask={conflicts.ask}
        tab={address.tab ?? 'fields'}
        onTab={(tab) => go({ tab: tab === 'fields' ? undefined : tab }, true)}
        onSaved={() => {}}
        onCreated={(other) => go({ record: nameOf(object.key, other) }, true)}
        onRemove={() => {
          close();
          void acts.remove([id]);
        }}
        onClose={close}
        from={null}
      />
      {conflicts.dialog}
    </Suspense>
  );
}
