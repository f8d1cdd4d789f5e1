import type { ControllerHooks, GridController } from './controller';
import type { EditSession } from './editing';
import { type Act, actOf } from './keys';

const RESIZE_STEP = 16;

/** Keys of the input line: the list beside an edit sees them first, then the edit, then the grid. */
export class Keyboard {
  /** Escape in a plain cell: the next Tab goes on to the rest of the page. */
  leaving = false;
  private readonly controller: GridController;
  private readonly hooks: ControllerHooks;

  constructor(controller: GridController, hooks: ControllerHooks) {
    this.controller = controller;
    this.hooks = hooks;
  }

  press(event: KeyboardEvent): void {
    const { session } = this.controller.editing;
    const handled = session ? this.pressInEdit(event, session) : this.pressInGrid(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Text arrived while no cell was being edited. Answers whether an edit begins with it. */
  typed(): boolean {
    const { line, editing } = this.controller;
    // A space (or a wide one) that an input method passed on without composing with it
    if (line.text === ' ' || line.text === '\u3000') {
      this.space();
      return false;
    }
    return editing.startByTyping();
  }

  private pressInEdit(event: KeyboardEvent, session: EditSession): boolean {
    const { controller } = this;
    const { editing } = controller;
    if (editing.popup?.onKey(event)) return true;
    switch (event.key) {
      case 'Escape':
        editing.cancel();
        return true;
      case 'Enter':
        if (event.altKey && session.field.kind === 'long_text') editing.startNewLine();
        else if (event.ctrlKey || event.metaKey) this.everywhere();
        else controller.commitAndGo({ act: 'enter', step: event.shiftKey ? -1 : 1 });
        return true;
      case 'Tab':
        controller.commitAndGo({ act: 'next', step: event.shiftKey ? -1 : 1 });
        return true;
    }
    // Text that was typed over a cell ends with an arrow key, as in a spreadsheet; after F2 arrows move the caret.
    const act = actOf(event);
    if (act?.act !== 'move' || act.extend || session.untouched !== null || editing.popup) return false;
    controller.commitAndGo(act);
    return true;
  }

  /** Into every selected cell what was typed in one. */
  private everywhere(): void {
    const { editing, cursor, line, transfer } = this.controller;
    const { text } = line;
    if (!cursor.several || editing.popup?.value) {
      editing.commit();
      return;
    }
    editing.cancel();
    void transfer.putEverywhere(text);
  }

  private pressInGrid(event: KeyboardEvent): boolean {
    const { editing } = this.controller;
    // What was typed belongs to a row that is on its way; leaving it now would lose the text.
    if (editing.isWaiting && /^(Enter|Tab|Escape)$/.test(event.key)) {
      if (event.key === 'Escape') editing.stopWaiting();
      return true;
    }
    const act = actOf(event);
    if (!act) return false;
    if (this.leaving && act.act === 'next') return false;
    this.leaving = false;
    return this.perform(act);
  }

  /** False: the key was not for the grid after all, the page may have it. */
  private perform(act: Act): boolean {
    const { controller } = this;
    const { cursor, editing } = controller;
    const toggles = act.act === 'edit' || act.act === 'space' || act.act === 'open';
    if (toggles && cursor.active && controller.toggleGroup(cursor.active.row)) return true;
    switch (act.act) {
      case 'enter':
        return this.enter(act);
      case 'escape':
        return this.escape();
      case 'edit':
        editing.start();
        return true;
      case 'clear':
        void controller.clearCells();
        return true;
      case 'space':
        this.space();
        return true;
      case 'open':
        if (cursor.active) controller.openRecord(cursor.active.row);
        return true;
      case 'chooseRow':
        if (cursor.active) controller.rows.choose(cursor.active.row, false);
        return true;
      case 'selectAll':
        controller.selectAll();
        return true;
      case 'jump':
        controller.jump(act);
        return true;
      case 'removeRows':
        controller.rows.remove();
        return true;
      case 'fill':
        void controller.transfer.fill(act.way);
        return true;
      case 'insertRow':
        controller.rows.insert();
        return true;
      case 'moveRows':
        controller.byHand?.step(act.step);
        return true;
      case 'duplicateRows':
        controller.rows.duplicate();
        return true;
      case 'today':
        controller.putToday();
        return true;
      case 'selectColumn':
        if (cursor.active) controller.columns.selectAt(cursor.active.column);
        return true;
      case 'undo':
        this.hooks.onUndo();
        return true;
      case 'redo':
        this.hooks.onRedo();
        return true;
      case 'columnMenu':
        controller.requestMenu('column');
        return true;
      case 'cellMenu':
        controller.requestMenu('cell');
        return true;
      case 'comments':
        controller.requestMenu(act.act);
        return true;
      case 'resizeColumn':
        this.resizeColumn(act.step * RESIZE_STEP);
        return true;
      default:
        return cursor.perform(act);
    }
  }

  /** Goes on to the next row; on the way a value that was not saved is tried again, and the add line adds. */
  private enter(act: Extract<Act, { act: 'enter' }>): boolean {
    const { editing, cursor } = this.controller;
    const { target } = editing;
    if (target && editing.isAddLine(target.place.row) && act.step > 0) {
      void this.hooks.onAdd({});
      return true;
    }
    if (target?.data) editing.retry(target.place.row, target.data, target.field);
    return cursor.perform(act);
  }

  private space(): void {
    const { controller } = this;
    const { target } = controller.editing;
    if (target && controller.toggleGroup(target.place.row)) return;
    if (target?.field.kind === 'checkbox' && target.data) controller.editing.toggleCheckbox();
    else if (target) controller.openRecord(target.place.row);
  }

  /** First what failed, then what is selected, then the way out of the grid, which the page may take too. */
  private escape(): boolean {
    const { controller } = this;
    if (controller.discardFailure() || controller.cursor.collapse()) return true;
    if (controller.choice.size > 0) {
      controller.choice.clear();
      return true;
    }
    this.leaving = true;
    controller.say(controller.context.t('edit.leave'));
    return false;
  }

  private resizeColumn(pixels: number): void {
    const { sheet, editing } = this.controller;
    const { target } = editing;
    if (target) this.controller.columns.resize(target.field.key, sheet.widthOf(target.field.key) + pixels);
  }
}
