import { Button, Input, Popover } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, Field } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { quickDays } from '@/fields/workdays';
import { dayName } from '@/pages/calendar/parts';
import { ClockCircleOutlined } from '@/ui/more-icons';
import { type SaveProps, useSaveLine } from './save';
import styles from './today.module.css';

interface Props extends SaveProps {
  /** The date that it is about. */
  field: Field;
  context: FieldContext;
}

/** Puts a line off: to one of the days that people mostly mean, or to any that one types. */
export function Snooze({ field, context, ...line }: Props) {
  const { t } = useTranslation(['today', 'log']);
  const { save, saveTyped } = useSaveLine(line);
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const label = t('snooze', { name: line.name });
  const said = (day: Cell | undefined) => t('snoozed', { day: dayName(String(day), context.language) });
  const pick = async (day: string) => {
    setOpen(false);
    await save(field.key, day, said(day));
  };
  const type = async () => {
    if (busy || !text.trim()) return;
    setBusy(true);
    const refused = await saveTyped(field.key, text.trim(), said);
    setBusy(false);
    setProblem(refused);
    if (refused !== null) return;
    setText('');
    setOpen(false);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      destroyOnHidden
      content={
        <fieldset className={styles.days} aria-label={label}>
          <h3>{t('snoozeTo')}</h3>
          {quickDays(context.today).map(({ key, day, rest }, place) => (
            <Button key={key} type="text" autoFocus={place === 0} onClick={() => void pick(day)}>
              <span>{t(`log:days.${key}`)}</span>
              <small>
                {dayName(day, context.language)}
                {rest ? ` · ${t('log:rest')}` : ''}
              </small>
            </Button>
          ))}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void type();
            }}
          >
            <Input
              value={text}
              aria-label={t('otherDay')}
              placeholder={t('otherDay')}
              status={problem === null ? undefined : 'error'}
              aria-invalid={problem !== null}
              aria-describedby={problem === null ? undefined : `${id}-problem`}
              onChange={(event) => setText(event.target.value)}
            />
            {problem === null ? null : (
              <small id={`${id}-problem`} role="alert" className={styles.problem}>
                {problem}
              </small>
            )}
          </form>
        </fieldset>
      }
    >
      <Button
        type="text"
        size="small"
        icon={<ClockCircleOutlined />}
        title={t('snoozeTo')}
        aria-label={label}
        aria-expanded={open}
      />
    </Popover>
  );
}
