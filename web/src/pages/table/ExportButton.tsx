import { Button } from 'antd';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo } from '@/api/types';
import { useCommands } from '@/commands/command';
import { ExportOutlined } from '@/ui/icons';
import { specOfLayout } from './layouts';
import type { TableState } from './table-state';

const ExportDialog = lazy(() => import('@/pages/export/ExportDialog'));

/** The dialog of an export of what the table shows, closed until `ask` is called. */
export function useExportDialog(object: ObjectInfo, state: TableState) {
  const [open, setOpen] = useState(false);
  const dialog: ReactNode = open ? (
    <Suspense>
      <ExportDialog
        object={object}
        spec={{
          object: object.key,
          view: state.view?.id,
          filter: state.filter,
          sort: state.sort,
          search: state.search,
          group: state.group,
          ...specOfLayout(state.layout),
          as_of: state.asOf,
          colors: state.part.colors ?? [],
        }}
        onClose={() => setOpen(false)}
      />
    </Suspense>
  ) : null;
  return { open, dialog, ask: () => setOpen(true) };
}

export function ExportButton({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('table');
  const { open, dialog, ask } = useExportDialog(object, state);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // Not before the dialog is gone, which keeps the focus to itself.
    if (wasOpen.current && !open) button.current?.focus();
    wasOpen.current = open;
  }, [open]);
  useCommands([{ id: 'export', label: t('tools.exportAs'), enabled: true, perform: ask }]);
  return (
    <>
      <Button
        ref={button}
        type="text"
        size="small"
        icon={<ExportOutlined />}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={ask}
      >
        {t('tools.export')}
      </Button>
      {dialog}
    </>
  );
}
