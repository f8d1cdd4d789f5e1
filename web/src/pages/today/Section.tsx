import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import type { ObjectInfo, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { nameOf } from './address';
import { Line } from './Line';
import type { DaySection } from './lines';
import styles from './today.module.css';

/** So many lines stand there at first. */
const FIRST = 10;

interface Props {
  section: DaySection;
  context: FieldContext;
  /** The record that is open. */
  opened: string | undefined;
  withOwner: boolean;
  onOpen: (object: ObjectInfo, id: RecordId) => void;
}

export function Section({ section, context, opened, withOwner, onOpen }: Props) {
  const { t } = useTranslation('today');
  const { objects } = useObjects();
  const [all, setAll] = useState(false);
  const { key, lines, whole } = section;
  const title = t(`lists.${key}`);
  const shown = all ? lines : lines.slice(0, FIRST);
  return (
    <section className={styles.section} aria-label={title} data-list={key}>
      <h2>
        {title}
        <span className={styles.count}>{whole.length > 0 ? `${lines.length}+` : lines.length}</span>
      </h2>
      <ul>
        {shown.map((line) => {
          const object = objects.find((one) => one.key === line.object);
          const name = nameOf(line.object, line.row.id);
          return object ? (
            <Line
              key={name}
              object={object}
              line={line}
              list={key}
              context={context}
              opened={opened === name}
              withOwner={withOwner}
              onOpen={() => onOpen(object, line.row.id)}
            />
          ) : null;
        })}
      </ul>
      {lines.length > shown.length ? (
        <Button type="text" size="small" onClick={() => setAll(true)}>
          {t('rest', { count: lines.length - shown.length })}
        </Button>
      ) : null}
      {whole.map(({ object, filter }) => (
        <Link key={object} to="/o/$object" params={{ object }} search={{ filter }} className={styles.whole}>
          {t('inTable', { object: labelOf(objects.find((one) => one.key === object)?.plural) })}
        </Link>
      ))}
    </section>
  );
}
