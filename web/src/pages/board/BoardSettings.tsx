import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, ObjectInfo } from '@/api/types';
import { columnFields, summedFields } from '@/pages/table/kinds';
import type { TableState } from '@/pages/table/table-state';
import styles from './board.module.css';

const optionsOf = (fields: Field[]) => fields.map((field) => ({ value: field.key, label: labelOf(field.label_all) }));

/** By which field the columns are. */
export default function BoardSettings({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('kinds');
  const { board } = state.part;
  return (
    <Form layout="vertical" className={styles.settings}>
      <Form.Item label={t('board.by')} htmlFor="board-by">
        <Select
          id="board-by"
          value={board?.by}
          options={optionsOf(columnFields(object))}
          onChange={(by) => state.setPart({ board: { ...board, by } })}
        />
      </Form.Item>
      <Form.Item label={t('board.sum')} htmlFor="board-sum">
        <Select
          id="board-sum"
          value={board?.sum ?? ''}
          disabled={!board}
          options={[{ value: '', label: t('board.noSum') }, ...optionsOf(summedFields(object))]}
          onChange={(sum) => board && state.setPart({ board: { by: board.by, sum: sum || undefined } })}
        />
      </Form.Item>
    </Form>
  );
}
