import '@/i18n/log';
import { Button } from 'antd';
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/objects';
import type { ListKey } from '@/api/today';
import type { Cell, ObjectInfo, RelationCell } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank, isRelation } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { formatCell } from '@/fields/format';
import { addressOf } from '@/fields/render';
import { timeAgo } from '@/i18n/time';
import { dayName } from '@/pages/calendar/parts';
import { Tick } from '@/pages/record/Tick';
import { useConflicts } from '@/pages/table/conflicts';
import { arriving } from '@/ui/arriving';
import { FormOutlined } from '@/ui/icons';
import { MailOutlined, PhoneOutlined } from '@/ui/more-icons';
import { Assign } from './Assign';
import { nameOf } from './address';
import { DAY_FIELDS, type DayLine } from './lines';
import { Snooze } from './Snooze';
import styles from './today.module.css';

const LogForm = lazy(() => arriving(() => import('@/pages/record/LogForm')));

interface Props {
  object: ObjectInfo;
  line: DayLine;
  list: ListKey;
  context: FieldContext;
  /** Its record is open. */
  opened: boolean;
  withOwner: boolean;
  onOpen: () => void;
}

/** One thing to be done, and what one does about it. */
export function Line({ object, line, list, context, opened, withOwner, onOpen }: Props) {
  const { t } = useTranslation(['today', 'table', 'log']);
  const { objects } = useObjects();
  const [logging, setLogging] = useState(false);
  const { row, customer } = line;
  const { cells } = row;
  const title = object.fields.find((field) => field.key === object.title_field);
  const name = (title && formatCell(title, cells[title.key], context)) || t('table:record.unnamed');
  const conflicts = useConflicts(object, context, () => name);
  const place = useRef<HTMLLIElement>(null);
  useFocusAfter(place);
  const field = (key: string) => object.fields.find((one) => one.key === key);
  const done = field('done');
  const activities = objects.find((one) => one.key === 'activities');
  const parent = parentOf(object, line, name);
  const mayLog = parent && activities?.rights.create && activities.fields.some((one) => one.key === parent.field);
  const people = objects.find((one) => one.key === 'customers')?.fields ?? [];
  const known = customer ?? (object.key === 'customers' ? cells : {});
  const reach = (keys: string[]) =>
    keys.flatMap((key) => {
      const one = people.find((each) => each.key === key);
      const href = one && addressOf(one, known[key]);
      return href ? [{ key, href, text: String(known[key]) }] : [];
    })[0];
  const phone = reach(['main_contact.mobile', 'main_contact.phone']);
  const mail = reach(['main_contact.email']);
  const days = DAY_FIELDS[object.key];
  const dated = days ? field(days) : undefined;
  const focus = () => place.current?.querySelector<HTMLElement>('[data-opens]')?.focus();
  const press = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'l' || event.ctrlKey || event.metaKey || event.altKey || !mayLog) return;
    event.preventDefault();
    setLogging(true);
  };
  const beside = ['stage', ...(object.key === 'customers' ? ['main_contact.name'] : ['customer', 'amount'])];
  return (
    <li ref={place} className={styles.line} data-opened={opened || undefined}>
      <div className={styles.said}>
        {done ? <Tick object={object} field={done} row={row} name={name} ask={conflicts.ask} /> : null}
        <button
          type="button"
          className={styles.name}
          data-opens={nameOf(object.key, row.id)}
          aria-keyshortcuts={mayLog ? 'L' : undefined}
          onKeyDown={press}
          onClick={onOpen}
        >
          {name}
        </button>
        {[...beside, ...(withOwner ? ['owner'] : [])].map((key) => {
          const one = field(key);
          return one && !isBlank(cells[key]) ? (
            <CellView key={key} field={one} cell={cells[key]} context={context} />
          ) : null;
        })}
        <When line={line} list={list} context={context} />
      </div>
      <div className={styles.acts}>
        {phone ? (
          <Button
            type="text"
            size="small"
            icon={<PhoneOutlined />}
            href={phone.href}
            title={t('call', { number: phone.text })}
            aria-label={t('call', { number: phone.text })}
          />
        ) : null}
        {mail ? (
          <Button
            type="text"
            size="small"
            icon={<MailOutlined />}
            href={mail.href}
            title={t('mail', { address: mail.text })}
            aria-label={t('mail', { address: mail.text })}
          />
        ) : null}
        {mayLog ? (
          <Button
            type="text"
            size="small"
            icon={<FormOutlined />}
            title={`${t('log:open')} L`}
            aria-label={t('log', { name })}
            aria-expanded={logging}
            onClick={() => setLogging(!logging)}
          />
        ) : null}
        {dated && !dated.readonly && object.rights.update ? (
          <Snooze object={object} field={dated} row={row} name={name} context={context} ask={conflicts.ask} />
        ) : null}
        <Assign object={object} row={row} name={name} context={context} ask={conflicts.ask} />
      </div>
      {logging && mayLog && activities ? (
        <div className={styles.log}>
          <Suspense>
            <LogForm
              object={activities}
              relation={parent.field}
              parent={parent.cell}
              context={context}
              onClose={() => {
                setLogging(false);
                focus();
              }}
            />
          </Suspense>
        </div>
      ) : null}
      {conflicts.dialog}
    </li>
  );
}

/** What an activity would be of. */
function parentOf(object: ObjectInfo, { row }: DayLine, name: string): { field: string; cell: RelationCell } | null {
  if (object.key === 'customers') return { field: 'customer', cell: { id: row.id, label: name } };
  if (object.key === 'deals') return { field: 'deal', cell: { id: row.id, label: name } };
  const of: Cell | undefined = row.cells.customer;
  return isRelation(of) ? { field: 'customer', cell: of } : null;
}

interface WhenProps {
  line: DayLine;
  list: ListKey;
  context: FieldContext;
}
/** Why it is here: how late, on which day, since when. */
function When({ line: { day, row }, list, context }: WhenProps) {
  const { t } = useTranslation('today');
  const since = (to: string) => Math.round((Date.parse(context.today) - Date.parse(to.slice(0, 10))) / 86_400_000);
  if (list === 'overdue') {
    return (
      <span className={styles.late} title={day}>
        {t('late', { count: since(day) })}
      </span>
    );
  }
  if (list === 'week') return <span className={styles.when}>{dayName(day, context.language)}</span>;
  const { created_at: came, updated_at: touched } = row.cells;
  if (list === 'new' && typeof came === 'string') {
    return <span className={styles.when}>{t('came', { ago: timeAgo(came) })}</span>;
  }
  if (list === 'still' && typeof touched === 'string') {
    return <span className={styles.soon}>{t('silent', { count: since(touched) })}</span>;
  }
  return null;
}

/** Where a line that has the focus goes away, the one that comes in its place has it. */
function useFocusAfter(place: React.RefObject<HTMLLIElement | null>): void {
  useEffect(() => {
    const line = place.current;
    const list = line?.closest('[data-day]');
    if (!line || !list) return;
    let at = -1;
    const note = () => {
      at = [...list.querySelectorAll('[data-opens]')].findIndex((one) => line.contains(one));
    };
    line.addEventListener('focusin', note);
    return () => {
      line.removeEventListener('focusin', note);
      if (at < 0 || (document.activeElement !== document.body && document.activeElement !== null)) return;
      const lines = list.querySelectorAll<HTMLElement>('[data-opens]');
      lines[Math.min(at, lines.length - 1)]?.focus();
    };
  }, [place]);
}
