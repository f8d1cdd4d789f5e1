import { useLayoutEffect, useMemo, useState } from 'react';
import type { Cell, Field } from '@/api/types';
import { Calendar, dateKey, withDay } from '@/fields/Calendar';
import { addDays, dayInText } from '@/fields/calendar';
import { isBlank, isRelation } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { fold, type Option, optionsOf, searchOptions } from '@/fields/options';
import { type SearchRelation, useRelationSearch } from '@/fields/relations';
import { chipNode } from '@/fields/render';
import type { GridController } from './controller';
import type { EditorPopup, EditSession } from './editing';
import { OptionList } from './OptionList';
import { Popup } from './Popup';

interface EditorProps {
  session: EditSession;
  controller: GridController;
  context: FieldContext;
}

/** The list or calendar beside the cell that is being edited; nothing for kinds that are plain text. */
export function CellEditor({ searchRelation, ...props }: EditorProps & { searchRelation: SearchRelation }) {
  switch (props.session.field.kind) {
    case 'choice':
    case 'person':
      return <ChoiceEditor {...props} />;
    case 'choices':
      return <ChoicesEditor {...props} />;
    case 'relation':
      return <RelationEditor {...props} searchRelation={searchRelation} />;
    case 'date':
    case 'datetime':
      return <DateEditor {...props} />;
    default:
      return null;
  }
}

/** Lets the popup see the keys of the input line, and speak for the cell, while it is shown. */
function usePopup(controller: GridController, popup: EditorPopup): void {
  useLayoutEffect(() => {
    controller.editing.popup = popup;
  });
  useLayoutEffect(
    () => () => {
      controller.editing.popup = null;
    },
    [controller],
  );
}

/** Which line of a list is highlighted. Goes back to `start` whenever the text changes. */
function useHighlight(text: string, start: number, count: number) {
  const [state, setState] = useState({ text, place: start, moved: false });
  const current = state.text === text ? state : { text, place: start, moved: false };
  const go = (place: number) => setState({ text, place: Math.max(0, Math.min(count - 1, place)), moved: true });
  const onKey = (key: string) => {
    if (key === 'ArrowDown') go(current.place + 1);
    else if (key === 'ArrowUp') go(current.place - 1);
    else return false;
    return true;
  };
  return { place: Math.min(current.place, Math.max(0, count - 1)), moved: current.moved, go, onKey };
}

function ChoiceEditor({ session, controller, context }: EditorProps) {
  const { field, cell, text } = session;
  const options = useMemo(() => {
    const found = searchOptions(optionsOf(field, context), text);
    return text === '' ? [...emptyOption(field, cell, context), ...found] : found;
  }, [field, cell, context, text]);
  return <SingleList {...{ session, controller, context, options }} nothing={nothingText(context, text)} />;
}

function RelationEditor({
  session,
  controller,
  context,
  searchRelation,
}: EditorProps & { searchRelation: SearchRelation }) {
  const { field, cell, text } = session;
  const search = useRelationSearch(searchRelation, field, text);
  const { create } = search;
  const options = useMemo(() => {
    if (text === '') return [...emptyOption(field, cell, context), ...search.options];
    const fresh = { value: NEW, label: context.t('edit.createNew', { name: text.trim() }) };
    return create && session.data ? [...search.options, fresh] : search.options;
  }, [field, cell, context, text, search.options, create, session.data]);
  const onNew = () => {
    const { row, data } = session;
    controller.editing.cancel();
    if (!create || !data) return;
    create(text.trim()).then(
      (made) => controller.editing.apply([{ row, data, values: { [field.key]: made } }]),
      (error) => controller.notify(error instanceof Error ? error.message : context.t('edit.noAnswer')),
    );
  };
  const nothing = {
    searching: context.t('edit.searching'),
    failed: context.t('edit.searchFailed'),
    done: context.t('edit.nothingFound'),
  }[search.state];
  const ready = search.state === 'done';
  return <SingleList {...{ session, controller, context, options, nothing, ready, onNew }} />;
}

/** A list of which one is picked: Enter and Tab take the highlighted line. */
function SingleList(props: EditorProps & { options: Option[]; nothing: string; ready?: boolean; onNew?: () => void }) {
  const { session, controller, options, nothing, ready = true, onNew } = props;
  const { cell, text } = session;
  const held = isRelation(cell) ? cell.id : cell;
  const start =
    text === ''
      ? Math.max(
          0,
          options.findIndex((option) => option.value === held),
        )
      : 0;
  const highlight = useHighlight(text, start, options.length);
  const cellOf = (option: Option): Cell => {
    if (option.value === NONE) return null;
    return session.field.kind === 'relation' ? { id: Number(option.value), label: option.label } : option.value;
  };
  usePopup(controller, {
    onKey: (event) => {
      if (!event.altKey && !event.ctrlKey && highlight.onKey(event.key)) return true;
      const option = options[highlight.place];
      if (event.key !== 'Enter' && event.key !== 'Tab') return false;
      // What is on the list belongs to an older text.
      if (!ready && text !== '') return true;
      if (!option || (text === '' && !highlight.moved)) return false;
      if (option.value === NEW) {
        onNew?.();
        return true;
      }
      controller.editing.commit(cellOf(option));
      controller.commitAndGo({ act: event.key === 'Tab' ? 'next' : 'enter', step: event.shiftKey ? -1 : 1 });
      return true;
    },
    // Left by a click elsewhere: only what is beyond doubt is taken, other text is kept and will be marked.
    value: () => {
      if (text === '') return undefined;
      const exact = options.find((option) => fold(option.label) === fold(text));
      const only = ready && options.length === 1 && options[0]?.value !== NEW ? options[0] : undefined;
      const sure = exact ?? only;
      return sure ? cellOf(sure) : text;
    },
  });
  return (
    <Popup rect={session.rect}>
      <OptionList
        options={options}
        highlighted={highlight.place}
        isChosen={(option) => option.value === held}
        box={controller.line.element}
        nothing={nothing}
        onHighlight={highlight.go}
        onPick={(option) => {
          if (option.value === NEW) onNew?.();
          else controller.editing.commit(cellOf(option));
          controller.line.focus();
        }}
      />
    </Popup>
  );
}

/** A list of which several are picked; they gather above it. Enter on an empty box ends the edit. */
function ChoicesEditor({ session, controller, context }: EditorProps) {
  const { field, cell, text } = session;
  const before = useMemo(() => (Array.isArray(cell) ? cell : []), [cell]);
  const [chosen, setChosen] = useState(before);
  const options = useMemo(() => searchOptions(optionsOf(field, context), text), [field, context, text]);
  const highlight = useHighlight(text, 0, options.length);
  const toggle = (key: string) => {
    setChosen((keys) => (keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]));
    controller.editing.setText('');
  };
  usePopup(controller, {
    onKey: (event) => {
      if (!event.altKey && !event.ctrlKey && highlight.onKey(event.key)) return true;
      const option = options[highlight.place];
      if (event.key === 'Enter' && option && (text !== '' || highlight.moved)) {
        toggle(String(option.value));
        return true;
      }
      if (event.key === 'Backspace' && text === '') {
        setChosen((keys) => keys.slice(0, -1));
        return true;
      }
      return false;
    },
    value: () => {
      const rest = text.trim();
      const exact = options.find((option) => fold(option.label) === fold(rest));
      const all = rest === '' ? chosen : [...new Set([...chosen, exact ? String(exact.value) : rest])];
      return all === before ? undefined : all;
    },
  });
  return (
    <Popup rect={session.rect}>
      {chosen.length > 0 && (
        <div className="kg-chosen-list">
          {chosen.map((key) => (
            <ChosenChip key={key} field={field} value={key} context={context} onRemove={() => toggle(key)} />
          ))}
        </div>
      )}
      <OptionList
        many
        options={options}
        highlighted={highlight.place}
        isChosen={(option) => chosen.includes(String(option.value))}
        box={controller.line.element}
        nothing={nothingText(context, text)}
        onHighlight={highlight.go}
        onPick={(option) => toggle(String(option.value))}
      />
    </Popup>
  );
}

function ChosenChip(props: { field: Field; value: string; context: FieldContext; onRemove: () => void }) {
  const choice = props.field.choices.find((one) => one.key === props.value);
  const label = choice?.label ?? props.value;
  return (
    <button
      type="button"
      tabIndex={-1}
      title={props.context.t('edit.remove', { text: label })}
      onClick={props.onRemove}
      ref={(node) => node?.replaceChildren(chipNode(label, choice))}
    />
  );
}

function DateEditor({ session, controller, context }: EditorProps) {
  const { text } = session;
  const { t, today } = context;
  const withTime = session.field.kind === 'datetime';
  const pick = (day: string) => {
    if (withTime) controller.editing.setText(withDay(text, day, true));
    else controller.editing.commit(day);
    controller.line.focus();
  };
  usePopup(controller, {
    onKey: (event) => {
      const moved = event.ctrlKey || event.altKey ? null : dateKey(event.key, text, today, withTime);
      if (moved !== null) controller.editing.setText(moved);
      return moved !== null;
    },
  });
  return (
    <Popup rect={session.rect}>
      <Calendar day={dayInText(text)} context={context} onPick={pick} />
      <p className="kg-date-hint">{t('edit.dateHint')}</p>
      <div className="kg-shortcuts">
        <button type="button" tabIndex={-1} onClick={() => pick(today)}>
          {t('edit.today')}
        </button>
        <button type="button" tabIndex={-1} onClick={() => pick(addDays(today, 1))}>
          {t('edit.tomorrow')}
        </button>
        <button type="button" tabIndex={-1} onClick={() => pick(addDays(today, 7))}>
          {t('edit.nextWeek')}
        </button>
        {!isBlank(session.cell) && (
          <button
            type="button"
            tabIndex={-1}
            onClick={() => {
              controller.editing.commit(null);
              controller.line.focus();
            }}
          >
            {t('edit.clear')}
          </button>
        )}
      </div>
    </Popup>
  );
}

/** Stands for "no value" in a list; no choice key begins with a blank. */
const NONE = ' ';
/** Stands for a record that is yet to be made; no id is below zero. */
const NEW = -1;

/** A way to empty the cell by mouse, where it holds something that is not required. */
function emptyOption(field: Field, cell: Cell, context: FieldContext): Option[] {
  return field.required || isBlank(cell) ? [] : [{ value: NONE, label: context.t('value.none') }];
}

function nothingText(context: FieldContext, text: string): string {
  return text === '' ? context.t('edit.nothingFound') : context.t('edit.noMatch', { text });
}
