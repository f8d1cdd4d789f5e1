import { Dropdown, type MenuProps } from 'antd';
import i18next from 'i18next';
import type { Field, Filter, Sort } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { quickFilters } from '@/fields/quick';
import {
  ArrowLeftOutlined,
  ArrowRightOutlined,
  CopyOutlined,
  DeleteOutlined,
  EditOutlined,
  FilterOutlined,
  FormOutlined,
  HistoryOutlined,
  PlusOutlined,
  SortAscendingOutlined,
} from '@/ui/icons';
import {
  ClearOutlined,
  CloseOutlined,
  ColumnWidthOutlined,
  ExpandAltOutlined,
  EyeInvisibleOutlined,
  EyeOutlined,
  PushpinOutlined,
  SortDescendingOutlined,
  StopOutlined,
} from '@/ui/more-icons';
import type { AskCell, GridController, MenuRequest } from './controller';
import { type ColumnLayout, frozenUpTo, shownKeys, withColumnAt, withColumnsBack, withoutColumn } from './layout';
import { whyNotFrozen } from './rowsStay';
import { alsoSorted, MAX_SORTS, unsorted } from './sorting';

interface GridMenuProps {
  request: MenuRequest;
  controller: GridController;
  context: FieldContext;
  /** All of them, hidden ones too. */
  fields: readonly Field[];
  layout: ColumnLayout;
  openable: boolean;
  creatable: boolean;
  editable: boolean;
  deletable: boolean;
  onLayout: (layout: ColumnLayout) => void;
  onSort: (sort: Sort[]) => void;
  onFilter: (field: Field, anchor: DOMRect) => void;
  onNarrow: (filter: Filter) => void;
  /** Null: nobody asks here. */
  onAsk: AskCell | null;
  onClose: () => void;
}

type Items = NonNullable<MenuProps['items']>;

/** The menu of a column or of a cell, where `request` asks for it. The focus goes back to the grid, unless something opens. */
export default function GridMenu(props: GridMenuProps) {
  const { request, controller, onClose } = props;
  const { rect } = request;
  const all = request.kind === 'column' ? columnItems(props, request.field) : cellItems(props);
  // Where nothing can be done with the record, what comes first begins with a line.
  const items = all[0]?.type === 'divider' ? all.slice(1) : all;
  const close = (chosen?: string) => {
    onClose();
    // Later, or the Enter that chose an item would go on into the input line.
    if (!['filter', 'past', 'comments', 'toGroup'].includes(chosen ?? '')) setTimeout(() => controller.line.focus());
  };
  return (
    <Dropdown
      open
      autoFocus
      trigger={['click']}
      menu={{ items, onClick: ({ key }) => close(key) }}
      onOpenChange={(open, { source }) => {
        if (!open && source !== 'menu') close();
      }}
    >
      <span
        className="kg-menu-anchor"
        style={{ left: rect.left, top: rect.top, width: rect.width || 1, height: rect.height || 1 }}
      />
    </Dropdown>
  );
}

function columnItems(props: GridMenuProps, field: Field): Items {
  const { context, layout, controller, request, onLayout, onFilter } = props;
  const { t } = context;
  const { key } = field;
  const place = shownKeys(layout).indexOf(key);
  const last = shownKeys(layout).length - 1;
  const together = controller.columns.with(key);
  const frozen = place < layout.frozen;
  return [
    ...(field.sortable ? sortItems(props, field) : []),
    ...(field.operators.length > 0
      ? [
          {
            key: 'filter',
            icon: <FilterOutlined />,
            label: t('column.filter'),
            onClick: () => onFilter(field, request.rect),
          },
        ]
      : []),
    { type: 'divider', key: 'first' },
    {
      key: 'fit',
      icon: <ColumnWidthOutlined />,
      label: t('column.fit'),
      onClick: () => controller.columns.fit(together),
    },
    {
      key: 'fitAll',
      icon: <ColumnWidthOutlined />,
      label: t('column.fitAll'),
      onClick: () => controller.columns.fit(shownKeys(layout)),
    },
    {
      key: 'freeze',
      icon: <PushpinOutlined />,
      label: t(frozen ? 'column.unfreeze' : 'column.freeze'),
      disabled: !frozen && place === last,
      onClick: () => onLayout(frozen ? { ...layout, frozen: 0 } : frozenUpTo(layout, key)),
    },
    {
      key: 'left',
      icon: <ArrowLeftOutlined />,
      label: t('column.left'),
      disabled: place === 0,
      onClick: () => onLayout(withColumnAt(layout, key, place - 1)),
    },
    {
      key: 'right',
      icon: <ArrowRightOutlined />,
      label: t('column.right'),
      disabled: place === last,
      onClick: () => onLayout(withColumnAt(layout, key, place + 1)),
    },
    { type: 'divider', key: 'second' },
    {
      key: 'hide',
      icon: <EyeInvisibleOutlined />,
      label: together.length > 1 ? t('column.hideSeveral', { count: together.length }) : t('column.hide'),
      disabled: last < together.length,
      onClick: () => onLayout(together.reduce(withoutColumn, layout)),
    },
    ...unhideItems(props, key),
  ];
}

/** The hidden columns, to show one of them or all beside this one. */
function unhideItems({ context, fields, layout, onLayout }: GridMenuProps, key: string): Items {
  const hidden = layout.order.flatMap((one) =>
    layout.hidden.includes(one) ? (fields.find((field) => field.key === one) ?? []) : [],
  );
  if (hidden.length === 0) return [];
  const back = (keys: string[]) => onLayout(withColumnsBack(layout, keys, key));
  return [
    {
      key: 'unhide',
      icon: <EyeOutlined />,
      label: context.t('column.unhide'),
      children: [
        ...hidden.map((field) => ({ key: `show ${field.key}`, label: field.label, onClick: () => back([field.key]) })),
        { type: 'divider' as const, key: 'third' },
        {
          key: 'show all',
          label: context.t('column.unhideAll'),
          onClick: () => back(hidden.map((field) => field.key)),
        },
      ],
    },
  ];
}

/** By this column alone; or by the others first, where the table is sorted already. With Shift the first pair does so. */
function sortItems({ context, controller, onSort }: GridMenuProps, field: Field): Items {
  const { t } = context;
  const { sort } = controller.sheet.view;
  const others = sort.filter((one) => one.field !== field.key);
  const item = (key: 'ascending' | 'descending' | 'thenAscending' | 'thenDescending') => {
    const desc = key === 'descending' || key === 'thenDescending';
    const one = { field: field.key, desc };
    const isNext = key === 'thenAscending' || key === 'thenDescending';
    return {
      key,
      icon: desc ? <SortDescendingOutlined /> : <SortAscendingOutlined />,
      label: t(`column.${key}`),
      onClick: ({ domEvent }: { domEvent: { shiftKey: boolean } }) =>
        onSort(isNext || domEvent.shiftKey ? alsoSorted(sort, one) : [one]),
    };
  };
  return [
    item('ascending'),
    item('descending'),
    ...(others.length > 0 && sort.length < MAX_SORTS ? [item('thenAscending'), item('thenDescending')] : []),
    ...(others.length < sort.length
      ? [
          {
            key: 'unsort',
            icon: <CloseOutlined />,
            label: t('column.unsort'),
            onClick: () => onSort(unsorted(sort, field.key)),
          },
        ]
      : []),
  ];
}

function cellItems(props: GridMenuProps): Items {
  const { context, controller, openable, creatable, editable, deletable } = props;
  const { t } = context;
  const { range } = controller.cursor;
  const rows = controller.choice.size || (range ? range.bottom - range.top + 1 : 1);
  return [
    ...(openable
      ? [
          {
            key: 'open',
            icon: <ExpandAltOutlined />,
            label: t('row.open'),
            onClick: () => controller.openRecord(controller.cursor.active?.row ?? 0),
          },
        ]
      : []),
    ...(editable
      ? [
          { key: 'edit', icon: <EditOutlined />, label: t('row.edit'), onClick: () => controller.editing.start() },
          {
            key: 'clear',
            icon: <ClearOutlined />,
            label: t('row.clear'),
            onClick: () => void controller.clearCells(),
          },
        ]
      : []),
    ...(creatable
      ? [
          ...insertItems(props),
          {
            key: 'duplicate',
            icon: <CopyOutlined />,
            label: t('row.duplicate', { count: rows }),
            onClick: () => controller.rows.duplicate(),
          },
        ]
      : []),
    ...(editable ? moveItems(props) : []),
    ...freezeItems(props),
    ...quickItems(props),
    ...pastItems(props),
    ...(deletable
      ? [
          { type: 'divider' as const, key: 'first' },
          {
            key: 'remove',
            danger: true,
            icon: <DeleteOutlined />,
            label: t('row.remove', { count: rows }),
            onClick: () => controller.rows.remove(),
          },
        ]
      : []),
  ];
}

/** Where the rows stand as people put them, above or below this one; else where their order puts the new one. */
function insertItems({ context, controller }: GridMenuProps): Items {
  const item = (key: 'insert' | 'insertAbove' | 'insertBelow') => ({
    key,
    icon: <PlusOutlined />,
    label: key === 'insert' ? context.t('row.insert') : i18next.t(`byHand:${key}`),
    onClick: () => setTimeout(() => controller.rows.insert(key === 'insertBelow')),
  });
  return controller.byHand?.mayInsert ? [item('insertAbove'), item('insertBelow')] : [item('insert')];
}

/** One up or down; where something else gives the order, the reason why not. */
function moveItems({ controller }: GridMenuProps): Items {
  const refusal = controller.byHand?.refusal ?? null;
  const item = (key: 'moveUp' | 'moveDown', step: 1 | -1) => ({
    key,
    icon: <ArrowLeftOutlined rotate={step > 0 ? -90 : 90} />,
    label: i18next.t(`byHand:${key}`),
    title: refusal ?? undefined,
    disabled: refusal !== null,
    onClick: () => controller.byHand?.step(step),
  });
  const toGroup = {
    key: 'toGroup',
    icon: <ArrowRightOutlined />,
    label: i18next.t('byHand:toGroup'),
    onClick: () => controller.byHand?.askGroup(),
  };
  return [
    { type: 'divider', key: 'hand' },
    item('moveUp', -1),
    item('moveDown', 1),
    ...(controller.byHand?.isGrouped ? [toGroup] : []),
  ];
}

/** The rows down to this one stay at the top, or none does; where they cannot, the reason why not. */
function freezeItems({ controller, layout, onLayout }: GridMenuProps): Items {
  const count = (controller.cursor.active?.row ?? 0) + 1;
  const refusal = whyNotFrozen(controller, count);
  const item = (key: 'freeze' | 'unfreeze', frozenRows: number, disabled: boolean) => ({
    key: `${key}Rows`,
    icon: <PushpinOutlined />,
    label: i18next.t(`byHand:${key}`),
    title: (disabled && refusal) || undefined,
    disabled,
    onClick: () => onLayout({ ...layout, frozenRows }),
  });
  return [
    { type: 'divider', key: 'frozen' },
    ...(count === layout.frozenRows ? [] : [item('freeze', count, refusal !== null)]),
    ...(layout.frozenRows > 0 ? [item('unfreeze', 0, false)] : []),
  ];
}

/** Narrow the table to the rows that have this value, or to the others. */
function quickItems({ request, context, onNarrow }: GridMenuProps): Items {
  const quick =
    request.kind === 'cell' ? quickFilters(request.field, request.row.cells[request.field.key], context) : null;
  if (!quick) return [];
  return [
    { type: 'divider', key: 'quick' },
    {
      key: 'only',
      icon: <FilterOutlined />,
      label: context.t('row.only'),
      onClick: () => onNarrow(quick.only),
    },
    { key: 'not', icon: <StopOutlined />, label: context.t('row.not'), onClick: () => onNarrow(quick.not) },
  ];
}

/** What stood in the cell before, and what is said about it. */
function pastItems({ request, context, onAsk }: GridMenuProps): Items {
  if (request.kind !== 'cell' || !onAsk || request.row.id <= 0) return [];
  const { row, field, rect } = request;
  return [
    { type: 'divider', key: 'memory' },
    {
      key: 'past',
      icon: <HistoryOutlined />,
      label: context.t('row.past'),
      onClick: () => onAsk('past', row, field, rect),
    },
    {
      key: 'comments',
      icon: <FormOutlined />,
      label: context.t('row.comments'),
      onClick: () => onAsk('comments', row, field, rect),
    },
  ];
}
