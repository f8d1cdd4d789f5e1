import { type KeyboardEvent, useRef, useState } from 'react';
import type { Cell, Field } from '@/api/types';
import type { FieldContext } from './context';
import { editText } from './format';
import { parseInput } from './parse';

/** What the editors of single kinds get. */
export interface EditorPartProps {
  id: string;
  field: Field;
  cell: Cell;
  context: FieldContext;
  describedBy: string | undefined;
  /** Marks the value as not right. */
  wrong: boolean;
  onCommit: (cell: Cell) => void;
}

/** What is typed, until it is committed or given up. It starts anew when the value changes from outside. */
export function useDraft({ field, cell, context, onCommit }: EditorPartProps) {
  const start = editText(field, cell, context);
  const [draft, setDraft] = useState<{ start: string; text: string }>({ start, text: start });
  const text = draft.start === start ? draft.text : start;
  // Escape leaves the box, which would commit what was just given up.
  const givenUp = useRef(false);
  return {
    text,
    setText: (next: string) => setDraft({ start, text: next }),
    commit: () => {
      if (!givenUp.current && text !== start) onCommit(parseInput(field, text, context));
      givenUp.current = false;
    },
    giveUp: () => {
      givenUp.current = true;
      setDraft({ start, text: start });
    },
  };
}

/** Escape restores; Enter commits, in a long text together with Ctrl. Both leave the box. */
export function draftKey(event: KeyboardEvent<HTMLElement>, draft: { giveUp: () => void }, many = false): void {
  if (event.nativeEvent.isComposing) return;
  if (event.key === 'Escape') {
    // Only the text is given up, not the panel that it is in.
    event.stopPropagation();
    draft.giveUp();
    event.currentTarget.blur();
  } else if (event.key === 'Enter' && (!many || event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.currentTarget.blur();
  }
}
