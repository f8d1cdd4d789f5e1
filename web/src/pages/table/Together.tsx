import { useEffect } from 'react';
import type { ObjectKey, Person } from '@/api/types';
import type { AskCell, SelectionInfo } from '@/grid/controller';
import type { GuestFrame, Others } from '@/grid/others';
import { Guests } from './Guests';
import { useGuests } from './guests';
import { useLiveRows } from './live-rows';
import { useNotes } from './notes';
import type { Question, Rows } from './rows';

interface Props {
  object: ObjectKey;
  rows: Rows;
  question: Question;
  active: SelectionInfo['active'];
  users: readonly Person[];
  others: () => Others | null;
  /** Whether rows came, went or would stand elsewhere. */
  onMoved: (moved: boolean) => void;
  onFrames: (frames: readonly GuestFrame[]) => void;
  /** The field whose cell stands for the record as a whole. */
  title: string;
  /** Wants to see what is said about a cell. */
  onAsk: AskCell;
}

/** What others do in this table, and who they are; comes after the first rows. */
export default function Together({
  object,
  rows,
  question,
  active,
  users,
  others,
  onMoved,
  onFrames,
  title,
  onAsk,
}: Props) {
  const moved = useLiveRows(rows, question, others);
  const { persons, frames } = useGuests(object, active, users);
  useNotes(object, title, others, onAsk);
  useEffect(() => onMoved(moved), [moved, onMoved]);
  useEffect(() => onFrames(frames), [frames, onFrames]);
  return <Guests guests={persons} />;
}
