import { useLayoutEffect, useRef } from 'react';
import type { Cell, Field } from '@/api/types';
import type { FieldContext } from './context';
import { renderCell } from './render';
import './fields.css';

interface CellViewProps {
  field: Field;
  cell: Cell | undefined;
  context: FieldContext;
}

/** A value as it looks in the grid, for the record panel, previews and lists. Links can be clicked. */
export function CellView({ field, cell, context }: CellViewProps) {
  const host = useRef<HTMLSpanElement>(null);
  const { node, className, title } = renderCell(field, cell, context);
  useLayoutEffect(() => {
    host.current?.replaceChildren(node);
  });
  return <span ref={host} className={`kf-view ${className}`} title={title} />;
}
