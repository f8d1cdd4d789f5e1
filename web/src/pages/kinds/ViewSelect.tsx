import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AFRESH } from '@/pages/table/address';
import table from '@/pages/table/table.module.css';
import type { TableState } from '@/pages/table/table-state';

/** On a phone the views are a list to choose from. */
export function ViewSelect({ state }: { state: TableState }) {
  const { t } = useTranslation('table');
  return (
    <Select
      variant="borderless"
      className={table.phoneView}
      aria-label={t('views.label')}
      value={state.view?.id}
      options={state.views?.map((view) => ({ value: view.id, label: view.name }))}
      onChange={(view) => state.go({ view, ...AFRESH })}
    />
  );
}
