import { Checkbox, Input } from 'antd';
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import type { Cell, Field } from '@/api/types';
import { ExportOutlined } from '@/ui/icons';
import { CellView } from './CellView';
import { isInvalid, isMasked, sameCell } from './cells';
import type { FieldContext } from './context';
import { DateField } from './DateField';
import { draftKey, type EditorPartProps, useDraft } from './draft';
import type { SearchRelation } from './relations';
import { addressOf, invalidReason } from './render';
import { ListField, RelationField } from './SelectField';
import './fields.css';

export interface FieldEditorProps {
  /** For the `htmlFor` of a label. */
  id?: string;
  field: Field;
  cell: Cell;
  context: FieldContext;
  searchRelation: SearchRelation;
  /** Called with a changed value, when the person is done with it: raw text, which the server understands. */
  onCommit: (cell: Cell) => void;
  /** Why the last value was not saved; said below the editor. */
  problem?: string;
  disabled?: boolean;
}

/** Edits one value in a form: the record panel, a new record. A value that does not fit stays, with its reason below. */
export function FieldEditor(props: FieldEditorProps) {
  const { field, cell, context, onCommit, problem, disabled = false } = props;
  const ownId = useId();
  const id = props.id ?? ownId;
  if (disabled || field.readonly || isMasked(cell)) {
    return <CellView field={field} cell={cell} context={context} />;
  }
  const reason = problem ?? (isInvalid(cell) ? invalidReason(field, cell, context) : undefined);
  const part: EditorPartProps = {
    id,
    field,
    cell,
    context,
    describedBy: reason === undefined ? undefined : `${id}-reason`,
    wrong: reason !== undefined,
    onCommit: (next) => {
      if (!sameCell(cell, next) || problem !== undefined) onCommit(next);
    },
  };
  return (
    <div className="kf-editor">
      {editorOf(part, props.searchRelation)}
      {reason !== undefined && (
        <div id={`${id}-reason`} className="kf-reason" role="alert">
          {reason}
        </div>
      )}
    </div>
  );
}

function editorOf(part: EditorPartProps, searchRelation: SearchRelation): ReactNode {
  switch (part.field.kind) {
    case 'choice':
    case 'choices':
    case 'person':
    case 'tags':
      return <ListField {...part} />;
    case 'relation':
      return <RelationField {...part} searchRelation={searchRelation} />;
    case 'checkbox':
      return (
        <Checkbox
          id={part.id}
          checked={part.cell === true}
          onChange={(event) => part.onCommit(event.target.checked)}
          aria-describedby={part.describedBy}
        />
      );
    case 'date':
    case 'datetime':
      return <DateField {...part} />;
    case 'long_text':
      return <TextField {...part} many />;
    default:
      return <TextField {...part} />;
  }
}

function TextField({ many = false, ...part }: EditorPartProps & { many?: boolean }) {
  const { field, cell, context } = part;
  const draft = useDraft(part);
  const shared = {
    id: part.id,
    value: draft.text,
    status: part.wrong ? ('error' as const) : undefined,
    'aria-invalid': part.wrong,
    'aria-describedby': part.describedBy,
    'aria-required': field.required,
    onBlur: draft.commit,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => draftKey(event, draft, many),
  };
  if (many) {
    return (
      <Input.TextArea
        {...shared}
        autoSize={{ minRows: 2, maxRows: 12 }}
        onChange={(event) => draft.setText(event.target.value)}
      />
    );
  }
  const address = addressOf(field, cell);
  const follow = context.t('value.follow', { text: draft.text });
  return (
    <Input
      {...shared}
      inputMode={INPUT_MODES[field.kind]}
      suffix={
        address && (
          <a href={address} target="_blank" rel="noopener noreferrer" title={follow} aria-label={follow}>
            <ExportOutlined />
          </a>
        )
      }
      onChange={(event) => draft.setText(event.target.value)}
    />
  );
}

/** Which keyboard a phone shows. Amounts take text, since 100万 is one. */
const INPUT_MODES: Partial<Record<Field['kind'], 'tel' | 'email' | 'url' | 'decimal'>> = {
  phone: 'tel',
  email: 'email',
  link: 'url',
  number: 'decimal',
};
