import type { Cell, Field } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { FieldEditor } from '@/fields/FieldEditor';
import { useRelationSearch } from './relation-search';

interface Props {
  /** What its label points at. */
  id: string;
  field: Field;
  values: Record<string, Cell>;
  context: FieldContext;
  disabled?: boolean;
  /** Why the value was refused. */
  problem?: string;
  onCommit: (key: string, cell: Cell) => void;
}

/** One value of a record, to be changed: beside the table, in a form, or before the record is there. */
export function ValueEditor({ id, field, values, context, disabled, problem, onCommit }: Props) {
  const searchRelation = useRelationSearch();
  return (
    <FieldEditor
      id={id}
      field={field}
      cell={values[field.key] ?? null}
      context={context}
      searchRelation={searchRelation}
      disabled={disabled}
      problem={problem}
      onCommit={(cell) => onCommit(field.key, cell)}
    />
  );
}
