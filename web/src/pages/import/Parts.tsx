import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, RowAction } from '@/api/import-types';
import { labelOf, useObjects } from '@/api/objects';
import type { ObjectKey } from '@/api/types';
import styles from './parts.module.css';

const ALWAYS: RowAction[] = ['create', 'update', 'same', 'reject'];
const SOMETIMES: RowAction[] = ['skip', 'exclude'];

/** What a plan says of one of its objects, the first one where none is chosen; all of it where it has one only. */
export function partOf(plan: ImportPlan, object: ObjectKey | null): ImportPlan {
  const part = plan.parts.find((one) => one.object === object) ?? plan.parts[0];
  if (part === undefined || plan.parts.length === 1) return plan;
  return {
    ...plan,
    ...part,
    groups: plan.groups.filter((group) => group.object === part.object),
    new_choices: plan.new_choices.filter((choice) => choice.object === part.object),
    files: plan.files.map((file) => ({
      ...file,
      sheets: file.sheets.filter((sheet) => sheet.object === part.object),
    })),
  };
}

interface Props {
  plan: ImportPlan;
  object: ObjectKey;
  onObject: (object: ObjectKey) => void;
}

/** The objects of an import in the order in which they are written, with what becomes of their rows. */
export function Parts({ plan, object, onObject }: Props) {
  const { t } = useTranslation('imports');
  const { objects } = useObjects();
  const at = plan.parts.findIndex((part) => part.object === object);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const last = plan.parts.length - 1;
    const to = { ArrowRight: Math.min(at + 1, last), ArrowLeft: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    const next = to === undefined ? undefined : plan.parts[to];
    if (!next) return;
    event.preventDefault();
    onObject(next.object);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[to ?? 0]?.focus();
  };
  return (
    <div className={styles.parts}>
      <div role="tablist" aria-label={t('plan.parts')} className={styles.tabs} onKeyDown={onKeyDown}>
        {plan.parts.map((part, place) => (
          <button
            key={part.object}
            type="button"
            role="tab"
            aria-selected={part.object === object}
            tabIndex={part.object === object ? 0 : -1}
            className={styles.tab}
            onClick={() => onObject(part.object)}
          >
            <span className={styles.name}>
              <span className={styles.step}>{place + 1}</span>
              {labelOf(objects.find((one) => one.key === part.object)?.plural) || part.object}
            </span>
            <Counts counts={part.counts} />
          </button>
        ))}
      </div>
      <div className={styles.total} role="status" aria-label={t('plan.total')}>
        <span className={styles.name}>{t('plan.total')}</span>
        <Counts counts={plan.counts} />
      </div>
    </div>
  );
}

function Counts({ counts }: { counts: ImportPlan['counts'] }) {
  const { t } = useTranslation('imports');
  const shown = [...ALWAYS, ...SOMETIMES.filter((action) => counts[action] > 0)];
  return (
    <span className={styles.counts}>
      {shown.map((action) => (
        <span key={action} data-action={action} data-some={counts[action] > 0}>
          {t(`plan.actions.${action}`)} {counts[action].toLocaleString('en-US')}
        </span>
      ))}
    </span>
  );
}
