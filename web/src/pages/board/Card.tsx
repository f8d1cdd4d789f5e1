import { Dropdown } from 'antd';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import type { GridRow } from '@/grid/source';
import { CardFields, CardName } from '@/pages/kinds/CardFields';
import { hued, useCardLook } from '@/pages/kinds/card-colors';
import kinds from '@/pages/kinds/kinds.module.css';
import { MoreOutlined } from '@/ui/more-icons';
import styles from './board.module.css';
import type { BoardColumn } from './columns';

interface Props {
  row: GridRow;
  title: string;
  fields: readonly Field[];
  context: FieldContext;
  column: BoardColumn;
  columns: BoardColumn[];
  mayMove: boolean;
  /** Something of it waits for the line. */
  waits: boolean;
  open: boolean;
  onOpen: (id: RecordId) => void;
  onMove: (row: GridRow, from: BoardColumn, to: BoardColumn, place: number) => void;
}

export const Card = memo(function Card({ row, title, fields, context, open, onOpen, mayMove, waits, ...place }: Props) {
  const { t } = useTranslation(['kinds', 'table', 'grid']);
  const [menu, setMenu] = useState(false);
  const name = String(row.cells[title] ?? '') || t('table:record.unnamed');
  const look = useCardLook(row);
  return (
    <li
      className={`${kinds.card} ${styles.card}`}
      {...hued(look.whole, 'whole')}
      data-card={row.id}
      data-open={open}
      data-waits={waits}
      onKeyDown={(event) => {
        if (mayMove && !menu && event.key.toLowerCase() === 'm' && !event.ctrlKey && !event.metaKey) setMenu(true);
      }}
    >
      <button type="button" className={styles.face} data-opens={row.id} onClick={() => onOpen(row.id)}>
        <CardName row={row} look={look} title={title} context={context} />
        <CardFields row={row} look={look} fields={fields} context={context} />
        {waits ? <small className={kinds.waits}>{t('grid:edit.waiting')}</small> : null}
      </button>
      {mayMove ? <MoveMenu row={row} name={name} open={menu} onMenu={setMenu} {...place} /> : null}
    </li>
  );
});

interface MenuProps extends Pick<Props, 'row' | 'column' | 'columns' | 'onMove'> {
  name: string;
  open: boolean;
  onMenu: (open: boolean) => void;
}

/** Where a card may go, for whoever does not drag. The menu itself is made when it is asked for: there are many cards. */
function MoveMenu({ row, name, column, columns, open, onMenu, onMove }: MenuProps) {
  const { t } = useTranslation('kinds');
  const button = useRef<HTMLButtonElement>(null);
  const handle = (
    <button
      ref={button}
      type="button"
      className={styles.more}
      aria-label={t('card.move', { name })}
      aria-haspopup="menu"
      aria-expanded={open}
      title={t('card.moveTo')}
      onClick={() => onMenu(!open)}
    >
      <MoreOutlined />
    </button>
  );
  if (!open) return handle;
  const back = () => {
    onMenu(false);
    // The button is another one, without its menu.
    requestAnimationFrame(() => button.current?.focus());
  };
  return (
    <Dropdown
      open
      autoFocus
      trigger={['click']}
      placement="bottomRight"
      onOpenChange={(next) => !next && back()}
      menu={{
        items: [
          {
            key: 'to',
            type: 'group',
            label: t('card.moveTo'),
            children: columns
              .filter(({ id, quiet }) => id !== column.id && !quiet)
              .map(({ id, label }) => ({ key: `to ${id}`, label })),
          },
        ],
        onClick: ({ key }) => {
          onMenu(false);
          const to = columns.find(({ id }) => `to ${id}` === key);
          if (to) onMove(row, column, to, 0);
        },
      }}
    >
      {handle}
    </Dropdown>
  );
}
