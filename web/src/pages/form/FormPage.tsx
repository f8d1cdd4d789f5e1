import '@/i18n/kinds';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { ObjectInfo } from '@/api/types';
import { useFieldContext } from '@/fields/context';
import { ViewSelect } from '@/pages/kinds/ViewSelect';
import table from '@/pages/table/table.module.css';
import type { TableState } from '@/pages/table/table-state';
import { ViewTabs } from '@/pages/table/ViewTabs';
import { FormOutlined } from '@/ui/icons';
import { Statement } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import { Fill } from './Fill';
import styles from './form.module.css';
import { formOf } from './form-parts';

const FormEditor = lazy(() => import('./FormEditor'));

/** A form that makes one record; whoever may change the view edits it beside its preview. */
export default function FormPage({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('kinds');
  const { users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const [editing, setEditing] = useState(false);
  const narrow = useNarrow();
  const form = formOf(object, state);
  const plural = labelOf(object.plural);
  const edit = state.mayChange && !narrow && !editing && (
    <Button type="text" size="small" icon={<FormOutlined />} onClick={() => setEditing(true)}>
      {t('form.edit')}
    </Button>
  );
  return (
    <div className={styles.page}>
      {narrow ? (
        <header className={table.phoneHead}>
          <h1 className="visually-hidden">{plural}</h1>
          <ViewSelect state={state} />
        </header>
      ) : (
        <header className={table.titleBar}>
          <h1 className={table.title}>{plural}</h1>
          <ViewTabs object={object} state={state} />
          <span className={styles.edit}>{edit}</span>
        </header>
      )}
      <div className={styles.work}>
        <div className={styles.ground}>
          {object.rights.create ? (
            <Fill
              key={state.view?.id}
              place={state.view?.id ?? 0}
              object={object}
              form={form}
              context={context}
              preview={editing}
              onSee={(id) => {
                const whole = state.views?.find(({ kind }) => kind === 'grid');
                state.go({ view: whole?.id, record: id });
              }}
            />
          ) : (
            <Statement title={t('form.readOnly', { object: labelOf(object.label) })} role="status" />
          )}
        </div>
        {editing ? (
          <Suspense>
            <FormEditor
              object={object}
              form={form}
              onChange={(next) => state.setPart({ form: next })}
              onClose={() => setEditing(false)}
            />
          </Suspense>
        ) : null}
      </div>
    </div>
  );
}
