import { Button, Dropdown, Popover, Tooltip } from 'antd';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, RowHeight } from '@/api/types';
import { type Command, keyLabel, useCommands } from '@/commands/command';
import type { FieldContext } from '@/fields/context';
import {
  BgColorsOutlined,
  ColumnHeightOutlined,
  FilterOutlined,
  GroupOutlined,
  SortAscendingOutlined,
  TableOutlined,
} from '@/ui/icons';
import { ExportButton } from './ExportButton';
import { groupOf, linesOf } from './filter-tree';
import { MoreMenu } from './MoreMenu';
import styles from './table.module.css';
import type { TableCommands } from './table-commands';
import type { TableState } from './table-state';

const FilterPopover = lazy(() => import('./FilterPopover'));
const SortPopover = lazy(() => import('./SortPopover'));
const GroupPopover = lazy(() => import('./GroupPopover'));
const ColorsPopover = lazy(() => import('./ColorsPopover'));
const FieldsPopover = lazy(() => import('./FieldsPopover'));

const HEIGHTS: RowHeight[] = [28, 36, 56, 96];

interface Props {
  object: ObjectInfo;
  state: TableState;
  context: FieldContext;
  commands: TableCommands;
  /** A column that asked for a filter on itself. */
  filterAsked: string | null;
  onFilterAsked: (field: string | null) => void;
  /** Tools of the view's kind. */
  tools?: ReactNode;
  /** Opens all groups, or closes them; where rows stand in groups at all. */
  onToggleGroups?: (open: boolean) => void;
}

export function Toolbar(props: Props) {
  const { object, state, context, commands, filterAsked, onFilterAsked, tools, onToggleGroups } = props;
  const { t } = useTranslation('table');
  const [open, setOpen] = useState<'filter' | 'sort' | 'group' | 'colors' | 'fields' | null>(null);
  const toggle = (part: typeof open) => (on: boolean) => {
    setOpen(on ? part : null);
    if (!on && part === 'filter') onFilterAsked(null);
  };
  const filters = linesOf(groupOf(state.filter)).length;
  const sorts = state.sort.length;
  useCommands(
    (['filter', 'sort', ...(onToggleGroups ? ['group' as const] : []), 'fields'] as const).map((part) => ({
      id: part,
      label: t(`tools.${part}`),
      enabled: true,
      perform: () => setOpen(part),
    })),
  );
  const isGrid = state.view?.kind === 'grid';

  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('tools.label')}>
      {tools}
      <Tool
        label={t('tools.filter')}
        icon={<FilterOutlined />}
        count={filters}
        open={open === 'filter' || filterAsked !== null}
        onOpen={toggle('filter')}
      >
        <FilterPopover
          object={object}
          filter={state.filter}
          order={state.layout.order}
          context={context}
          place={state.view?.id}
          startWith={filterAsked}
          onChange={state.setFilter}
        />
      </Tool>
      <Tool
        label={t('tools.sort')}
        icon={<SortAscendingOutlined />}
        count={sorts}
        open={open === 'sort'}
        onOpen={toggle('sort')}
      >
        <SortPopover object={object} sort={state.sort} order={state.layout.order} onChange={state.setSort} />
      </Tool>
      {onToggleGroups ? (
        <Tool
          label={t('tools.group')}
          icon={<GroupOutlined />}
          count={state.group.length}
          open={open === 'group'}
          onOpen={toggle('group')}
        >
          <GroupPopover
            object={object}
            group={state.group}
            order={state.layout.order}
            onChange={state.setGroup}
            onToggle={onToggleGroups}
          />
        </Tool>
      ) : null}
      {state.view?.kind !== 'form' ? (
        <Tool
          label={t('tools.colors')}
          icon={<BgColorsOutlined />}
          count={state.part.colors?.length ?? 0}
          open={open === 'colors'}
          onOpen={toggle('colors')}
        >
          <ColorsPopover
            object={object}
            rules={state.part.colors ?? []}
            order={state.layout.order}
            context={context}
            place={state.view?.id}
            isLocal={!state.mayChange}
            onChange={(colors) => state.setPart({ colors })}
          />
        </Tool>
      ) : null}
      <Tool label={t('tools.fields')} icon={<TableOutlined />} open={open === 'fields'} onOpen={toggle('fields')}>
        <FieldsPopover
          object={object}
          layout={state.layout}
          frozen={isGrid}
          grouped={state.group.length > 0}
          onChange={state.setLayout}
        />
      </Tool>
      {isGrid ? (
        <Dropdown
          trigger={['click']}
          menu={{
            selectable: true,
            selectedKeys: [String(state.rowHeight)],
            items: HEIGHTS.map((height) => ({ key: String(height), label: t(`tools.heights.${height}`) })),
            onClick: ({ key }) => state.setRowHeight(Number(key) as RowHeight),
          }}
        >
          <Button type="text" size="small" icon={<ColumnHeightOutlined />}>
            {t('tools.height')}
          </Button>
        </Dropdown>
      ) : null}
      {state.isDraft ? <DraftTools state={state} /> : null}
      <span className={styles.space} />
      {object.rights.update ? (
        <>
          <CommandButton command={commands.undo} iconOnly />
          <CommandButton command={commands.redo} iconOnly />
        </>
      ) : null}
      {object.rights.import ? <CommandButton command={commands.import} /> : null}
      {object.rights.export ? <ExportButton object={object} state={state} /> : null}
      {object.rights.create ? <CommandButton command={commands.add} primary /> : null}
      <MoreMenu object={object} />
    </div>
  );
}

interface ToolProps {
  label: string;
  icon: ReactNode;
  count?: number;
  open: boolean;
  onOpen: (open: boolean) => void;
  children: ReactNode;
}
export function Tool({ label, icon, count = 0, open, onOpen, children }: ToolProps) {
  const button = useRef<HTMLButtonElement>(null);
  const leave = () => {
    onOpen(false);
    button.current?.focus();
  };
  return (
    <Popover
      open={open}
      onOpenChange={onOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      content={
        <ToolDialog label={label} onLeave={leave}>
          {children}
        </ToolDialog>
      }
    >
      <Button
        ref={button}
        type="text"
        size="small"
        icon={icon}
        aria-expanded={open}
        aria-haspopup="dialog"
        data-on={count > 0}
      >
        {label}
        {count > 0 ? <span className={styles.toolCount}>{count}</span> : null}
      </Button>
    </Popover>
  );
}

/** Takes the focus when it opens, so that the next Tab and Escape are its own. */
function ToolDialog({ label, onLeave, children }: { label: string; onLeave: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => dialog.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={dialog}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={styles.toolDialog}
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onLeave()}
    >
      <Suspense>{children}</Suspense>
    </div>
  );
}

/** Filter or sort differ from the view: keep them, or go back. */
function DraftTools({ state }: { state: TableState }) {
  const { t } = useTranslation('table');
  return (
    <span className={styles.draft}>
      <span className="visually-hidden">{t('views.draft')}</span>
      {state.mayChange ? (
        <Button type="link" size="small" onClick={state.saveDraft}>
          {t('views.save')}
        </Button>
      ) : null}
      <Button type="link" size="small" onClick={state.resetDraft}>
        {t('views.reset')}
      </Button>
    </span>
  );
}

export function CommandButton({
  command,
  primary = false,
  iconOnly = false,
}: {
  command: Command;
  primary?: boolean;
  iconOnly?: boolean;
}) {
  const [keys] = command.keys ?? [];
  const button = (
    <Button
      type={primary ? 'primary' : 'text'}
      size="small"
      icon={command.icon}
      disabled={!command.enabled}
      aria-label={iconOnly ? command.label : undefined}
      onClick={command.perform}
    >
      {iconOnly ? null : command.label}
    </Button>
  );
  if (!iconOnly) return button;
  return <Tooltip title={keys ? `${command.label} ${keyLabel(keys)}` : command.label}>{button}</Tooltip>;
}
