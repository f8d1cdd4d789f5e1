import { Checkbox } from 'antd';
import { useState } from 'react';
import { labelOf } from '@/api/objects';
import type { Field, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import type { GridRow } from '@/grid/source';
import { type AskConflict, saveOrKeep } from '@/pages/table/saving';
import { useMessage } from '@/ui/messages';

interface Props {
  object: ObjectInfo;
  field: Field;
  row: GridRow;
  name: string;
  ask: AskConflict;
}

/** Ticks a line of a list off, or takes it back; undo does, too. */
export function Tick({ object, field, row, name, ask }: Props) {
  const message = useMessage();
  const held = row.cells[field.key] === true;
  // Shows at once what was meant, until the list comes anew.
  const [meant, setMeant] = useState<boolean | null>(null);
  const save = async (done: boolean) => {
    setMeant(done);
    const result = await saveOrKeep(object, { id: row.id, version: row.version, values: { [field.key]: done } }, ask);
    if ('reason' in result) {
      setMeant(null);
      void message.error(result.reason);
    } else if (!('waiting' in result)) recordsChanged(object.key);
  };
  return (
    <Checkbox
      checked={meant ?? held}
      disabled={!object.rights.update}
      aria-label={`${labelOf(field.label_all)} ${name}`}
      onChange={(event) => void save(event.target.checked)}
    />
  );
}
