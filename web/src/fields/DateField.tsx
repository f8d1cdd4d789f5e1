import { Input, Popover } from 'antd';
import { useState } from 'react';
import { CalendarOutlined } from '@/ui/icons';
import { Calendar, dateKey, withDay } from './Calendar';
import { dayInText } from './calendar';
import { draftKey, type EditorPartProps, useDraft } from './draft';

/** A date as text, with a calendar beside it while the text has the focus. */
export function DateField(part: EditorPartProps) {
  const { field, context, onCommit } = part;
  const draft = useDraft(part);
  const [open, setOpen] = useState(false);
  const withTime = field.kind === 'datetime';
  const pick = (day: string) => {
    draft.setText(withDay(draft.text, day, withTime));
    if (withTime) return;
    setOpen(false);
    onCommit(day);
  };
  return (
    <Popover
      open={open}
      placement="bottomLeft"
      arrow={false}
      trigger={[]}
      styles={{ container: { padding: 0 } }}
      content={
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus in the text
        <div onMouseDown={(event) => event.preventDefault()}>
          <Calendar day={dayInText(draft.text)} context={context} onPick={pick} />
        </div>
      }
    >
      <Input
        id={part.id}
        value={draft.text}
        autoComplete="off"
        status={part.wrong ? 'error' : undefined}
        aria-invalid={part.wrong}
        aria-describedby={part.describedBy}
        aria-required={field.required}
        suffix={<CalendarOutlined />}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          draft.commit();
        }}
        onChange={(event) => draft.setText(event.target.value)}
        onKeyDown={(event) => {
          const moved = event.ctrlKey || event.altKey ? null : dateKey(event.key, draft.text, context.today, withTime);
          if (moved === null) {
            draftKey(event, draft);
            return;
          }
          event.preventDefault();
          draft.setText(moved);
        }}
      />
    </Popover>
  );
}
