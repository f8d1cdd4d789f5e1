import '@/i18n/kinds';
import { Button, Segmented } from 'antd';
import { lazy, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Cell, Field, ObjectInfo } from '@/api/types';
import { formatCell } from '@/fields/format';
import { shownKeys } from '@/grid/layout';
import type { GridRow } from '@/grid/source';
import { cardFields } from '@/pages/kinds/CardFields';
import { Frame } from '@/pages/kinds/Frame';
import { type KindPage, useKindPage } from '@/pages/kinds/kind-page';
import { dayFields } from '@/pages/table/kinds';
import { Tool } from '@/pages/table/Toolbar';
import type { TableState } from '@/pages/table/table-state';
import { CalendarOutlined, LeftOutlined, RightOutlined } from '@/ui/icons';
import { LinesLoading, Statement } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import { Agenda } from './Agenda';
import styles from './calendar.module.css';
import { MonthGrid } from './MonthGrid';
import { daysBetween, pageBy, type SpanUnit, shifted, startOn, weeksAround } from './span';
import { type Pending, useDays } from './use-days';

const CalendarSettings = lazy(() => import('./CalendarSettings'));
const CARD_FIELDS = 4;

export default function CalendarPage({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('kinds');
  const page = useKindPage(object, state);
  const [open, setOpen] = useState(false);
  const field = (key: string | undefined) => object.fields.find((one) => one.key === key);
  const date = field(state.part.calendar?.date);
  const end = field(state.part.calendar?.end);
  const tool = (
    <Tool
      label={date ? t('calendar.tool', { field: labelOf(date.label_all) }) : t('calendar.settings')}
      icon={<CalendarOutlined />}
      open={open}
      onOpen={setOpen}
    >
      <CalendarSettings object={object} state={state} />
    </Tool>
  );
  if (date) return <Calendar key={`${date.key} ${end?.key}`} page={page} tool={tool} date={date} end={end} />;
  return (
    <Frame page={page} tool={tool} count={null} error={null}>
      <ChooseDate page={page} />
    </Frame>
  );
}

interface Props {
  page: KindPage;
  tool: ReactNode;
  date: Field;
  end: Field | undefined;
}
function Calendar({ page, tool, date, end }: Props) {
  const { t } = useTranslation('kinds');
  const { object, state, context } = page;
  const narrow = useNarrow();
  const unit: SpanUnit = state.span ?? 'month';
  const day = state.day ?? context.today;
  const weeks = useMemo(() => weeksAround(day, unit), [day, unit]);
  // A list of days has no use for those of other months.
  const shown = useMemo(
    () => weeks.flat().filter((one) => !narrow || unit === 'week' || one.slice(0, 7) === day.slice(0, 7)),
    [weeks, narrow, unit, day],
  );
  const [lines, setLines] = useState(4);
  const [pending, setPending] = useState<Pending>(new Map());
  const [said, setSaid] = useState('');

  // A choice that passes through stages gives the entries their colour.
  const hue = object.fields.find(({ categories }) => categories.length > 0);
  const onCards = useMemo(
    () =>
      cardFields(object.fields, shownKeys(state.layout), [object.title_field, date.key, end?.key ?? ''], CARD_FIELDS),
    [object, state.layout, date.key, end?.key],
  );
  const keys = [object.title_field, date.key, end?.key, hue?.key, ...onCards.map(({ key }) => key)];
  const fields = [...new Set(keys.filter((key) => key !== undefined))];
  const found = useDays(page, date, end, shown, narrow ? 50 : lines, fields, pending);

  const mayMove = object.rights.update && !date.readonly && !end?.readonly;
  const move = async (row: GridRow, from: string, to: string) => {
    const by = daysBetween(from, to);
    const later = (field: Field): Cell => shifted(formatCell(field, row.cells[field.key], context), by);
    const values = { [date.key]: later(date), ...(end && row.cells[end.key] ? { [end.key]: later(end) } : {}) };
    setPending((before) => new Map(before).set(row.id, values));
    const saved = await page.save(row, values);
    setPending((before) => new Map([...before].filter(([id, mine]) => id !== row.id || mine !== values)));
    if (saved) setSaid(t('calendar.moved', { name: String(row.cells[object.title_field] ?? ''), day: to }));
  };

  const show = (next: string | undefined) => state.go({ day: next === context.today ? undefined : next }, true);
  const parts = {
    page,
    date,
    hue,
    fields: onCards,
    days: found.days,
    filterOf: found.filterOf,
    asked: fields,
    onOpen: page.open,
    onAdd:
      object.rights.create && !date.readonly ? (on: string) => page.begin({ [date.key]: startOn(date, on) }) : null,
  };
  return (
    <Frame page={page} tool={tool} count={found.total} error={found.error} empty={false}>
      <div className={styles.bar}>
        <Button size="small" onClick={() => show(undefined)}>
          {t('calendar.today')}
        </Button>
        <Button
          type="text"
          size="small"
          icon={<LeftOutlined />}
          aria-label={t(`calendar.previous.${unit}`)}
          onClick={() => show(pageBy(day, unit, -1))}
        />
        <Button
          type="text"
          size="small"
          icon={<RightOutlined />}
          aria-label={t(`calendar.next.${unit}`)}
          onClick={() => show(pageBy(day, unit, 1))}
        />
        <h2 className={styles.month} aria-live="polite">
          {monthName(shown, day, unit, context.language)}
        </h2>
        <span className={styles.grow} />
        <Segmented
          size="small"
          aria-label={t('calendar.spans')}
          value={unit}
          options={(['month', 'week'] as const).map((value) => ({ value, label: t(`calendar.${value}`) }))}
          onChange={(value) => state.go({ span: value === 'week' ? 'week' : undefined }, true)}
        />
      </div>
      {narrow && !found.days && !found.error ? (
        <LinesLoading rows={10} />
      ) : narrow ? (
        <Agenda key={shown[0]} {...parts} shown={shown} />
      ) : (
        <MonthGrid
          {...parts}
          unit={unit}
          weeks={weeks}
          month={day.slice(0, 7)}
          at={day}
          onDay={(next) => show(next)}
          onLines={setLines}
          lines={lines}
          mayMove={mayMove}
          onMove={move}
        />
      )}
      <div className="visually-hidden" role="status">
        {said}
      </div>
    </Frame>
  );
}

/** 2026年11月; a week says its first and last day. */
function monthName(shown: readonly string[], day: string, unit: SpanUnit, language: string): string {
  const at = (one: string) => Date.parse(`${one}T00:00:00Z`);
  if (unit === 'month') {
    return new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(at(day));
  }
  const format = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' });
  return format.formatRange(at(shown[0] ?? day), at(shown.at(-1) ?? day));
}

function ChooseDate({ page: { object, state } }: { page: KindPage }) {
  const { t } = useTranslation('kinds');
  const fields = dayFields(object);
  if (fields.length === 0) return <Statement title={t('calendar.noField', { object: labelOf(object.label) })} />;
  return (
    <Statement title={t('calendar.choose')} role="status">
      {fields.slice(0, 5).map((field) => (
        <Button key={field.key} onClick={() => state.setPart({ calendar: { date: field.key } })}>
          {labelOf(field.label_all)}
        </Button>
      ))}
    </Statement>
  );
}
