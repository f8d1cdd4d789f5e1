import { Button, Popover, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldContext } from '@/fields/context';
import { personName } from '@/fields/format';
import { UserSwitchOutlined } from '@/ui/more-icons';
import { type SaveProps, useSaveLine } from './save';
import styles from './today.module.css';

/** Gives a line to a colleague. */
export function Assign({ context, ...line }: SaveProps & { context: FieldContext }) {
  const { t } = useTranslation('today');
  const { save } = useSaveLine(line);
  const [open, setOpen] = useState(false);
  const owner = line.object.fields.find((field) => field.key === 'owner');
  if (!owner || owner.readonly || !line.object.rights.update) return null;
  const label = t('assign', { name: line.name });
  const others = [...context.people.values()].filter((one) => one.active && one.id !== line.row.cells.owner);
  const give = async (person: number) => {
    setOpen(false);
    await save('owner', person, t('assigned', { person: personName(person, context) }));
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      destroyOnHidden
      content={
        <fieldset className={styles.days} aria-label={label}>
          <h3>{t('assignTo')}</h3>
          <Select
            autoFocus
            showSearch
            optionFilterProp="label"
            aria-label={t('assignTo')}
            placeholder={t('assignPlaceholder')}
            options={others.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(person: number) => void give(person)}
          />
        </fieldset>
      }
    >
      <Button
        type="text"
        size="small"
        icon={<UserSwitchOutlined />}
        title={t('assignTo')}
        aria-label={label}
        aria-expanded={open}
      />
    </Popover>
  );
}
