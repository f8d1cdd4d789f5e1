import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Field, Level, ObjectInfo, Within } from '@/api/types';
import { PlusOutlined } from '@/ui/icons';
import { inOrder } from './conditions';
import { OrderLine } from './OrderLine';
import styles from './popovers.module.css';

const MAX_LEVELS = 3;
const UNITS: Within['unit'][] = ['day', 'week', 'month', 'quarter', 'year'];

interface Props {
  object: ObjectInfo;
  group: Level[];
  /** Keys of fields as the columns stand. */
  order: string[];
  onChange: (group: Level[]) => void;
  /** Opens all groups, or closes them. */
  onToggle: (open: boolean) => void;
}

const hasDays = (field: Field | undefined) => field?.kind === 'date' || field?.kind === 'datetime';

/** What a level begins with: dates by the month, for few days have rows of their own. */
const levelOf = (field: Field): Level => ({
  field: field.key,
  desc: false,
  ...(hasDays(field) ? { unit: 'month' as const } : {}),
});

export default function GroupPopover({ object, group, order, onChange, onToggle }: Props) {
  const { t } = useTranslation('table');
  const fields = inOrder(object.fields, order).filter((field) => !field.hidden);
  const isFree = (field: Field) => !group.some((one) => one.field === field.key);
  // A choice makes few groups, a name makes one of every row.
  const free = fields.find((field) => isFree(field) && field.kind === 'choice') ?? fields.find(isFree);
  const change = (place: number, part: Partial<Level>) =>
    onChange(group.map((one, index) => (index === place ? { ...one, ...part } : one)));
  return (
    <div className={styles.body}>
      {group.length === 0 ? <p className={styles.empty}>{t('group.empty')}</p> : null}
      <div className={styles.lines}>
        {group.map((one, place) => {
          const number = place + 1;
          return (
            <div key={one.field} className={styles.level}>
              <OrderLine
                of="group"
                number={number}
                value={one}
                fields={fields}
                taken={group.map(({ field }) => field)}
                onField={(key) => {
                  const field = fields.find((each) => each.key === key);
                  if (field) onChange(group.map((level, index) => (index === place ? levelOf(field) : level)));
                }}
                onDesc={(desc) => change(place, { desc })}
                onRemove={() => onChange(group.filter((_, index) => index !== place))}
              >
                {hasDays(fields.find(({ key }) => key === one.field)) ? (
                  <Select
                    size="small"
                    aria-label={t('group.unit', { number })}
                    value={one.unit ?? 'day'}
                    options={UNITS.map((unit) => ({ value: unit, label: t(`group.units.${unit}`) }))}
                    onChange={(unit) => change(place, { unit })}
                  />
                ) : null}
              </OrderLine>
            </div>
          );
        })}
      </div>
      <div className={styles.foot}>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          disabled={!free || group.length === MAX_LEVELS}
          onClick={() => free && onChange([...group, levelOf(free)])}
        >
          {t('group.add')}
        </Button>
        {group.length > 0 ? (
          <>
            <Button className={styles.last} type="text" size="small" onClick={() => onToggle(false)}>
              {t('group.closeAll')}
            </Button>
            <Button type="text" size="small" onClick={() => onToggle(true)}>
              {t('group.openAll')}
            </Button>
          </>
        ) : null}
      </div>
    </div>
  );
}
