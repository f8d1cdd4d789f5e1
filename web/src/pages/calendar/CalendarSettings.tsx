import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { dayFields } from '@/pages/table/kinds';
import type { TableState } from '@/pages/table/table-state';
import styles from './calendar.module.css';

/** By which dates the records stand in the calendar. */
export default function CalendarSettings({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('kinds');
  const { calendar } = state.part;
  const options = dayFields(object).map((field) => ({ value: field.key, label: labelOf(field.label_all) }));
  return (
    <Form layout="vertical" className={styles.settings}>
      <Form.Item label={t('calendar.date')} htmlFor="calendar-date">
        <Select
          id="calendar-date"
          value={calendar?.date}
          options={options}
          onChange={(date) => state.setPart({ calendar: { date } })}
        />
      </Form.Item>
      <Form.Item label={t('calendar.end')} htmlFor="calendar-end">
        <Select
          id="calendar-end"
          value={calendar?.end ?? ''}
          disabled={!calendar}
          options={[
            { value: '', label: t('calendar.noEnd') },
            ...options.filter(({ value }) => value !== calendar?.date),
          ]}
          onChange={(end) => calendar && state.setPart({ calendar: { date: calendar.date, end: end || undefined } })}
        />
      </Form.Item>
    </Form>
  );
}
