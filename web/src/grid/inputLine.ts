import { isComposing } from './keys';

/** Pixels; room for some lines of a long text. */
const MANY_HEIGHT = 104;

interface InputHooks {
  /** Text came while no cell was being edited. Answers whether an edit begins with it. */
  onTyped: () => boolean;
  /** The text of the edit changed; not told while an input method is still composing. */
  onText: (text: string) => void;
  /** A key that no input method is using. */
  onKey: (event: KeyboardEvent) => void;
  /** The clipboard, while no cell is being edited. */
  onClipboard: (event: ClipboardEvent) => void;
  onFocus: () => void;
  onBlur: () => void;
}

/**
 * The one text box that always has the focus, lying over the active cell: unseen while armed, the editor while editing.
 * Because it has the focus before the first key, an input method composes in it from its first letter on.
 */
export class InputLine {
  readonly element = document.createElement('textarea');
  private readonly hooks: InputHooks;
  private editing = false;
  private composing = false;
  private many = false;

  constructor(hooks: InputHooks) {
    this.hooks = hooks;
    const { element } = this;
    element.className = 'kg-input';
    element.rows = 1;
    element.spellcheck = false;
    element.autocomplete = 'off';
    element.addEventListener('compositionstart', () => {
      this.composing = true;
      this.startByTyping();
    });
    element.addEventListener('compositionend', () => {
      this.composing = false;
      if (this.editing) this.hooks.onText(element.value);
      else this.startByTyping();
    });
    element.addEventListener('input', () => {
      this.grow();
      if (!this.editing) this.startByTyping();
      else if (!this.composing) this.hooks.onText(element.value);
    });
    element.addEventListener('keydown', (event) => {
      if (!isComposing(event)) this.hooks.onKey(event);
    });
    for (const kind of ['copy', 'cut', 'paste'] as const) {
      element.addEventListener(kind, (event) => {
        if (!this.editing) this.hooks.onClipboard(event);
      });
    }
    element.addEventListener('focus', () => this.hooks.onFocus());
    element.addEventListener('blur', () => this.hooks.onBlur());
  }

  get text(): string {
    return this.element.value;
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  get focused(): boolean {
    return document.activeElement === this.element;
  }

  /** Becomes the editor. `text` null: with what was typed, or is being composed, already. */
  edit(text: string | null, options: { placeholder: string; many: boolean }): void {
    this.editing = true;
    const { element } = this;
    element.placeholder = options.placeholder;
    element.classList.add('kg-editing');
    element.classList.toggle('kg-many', options.many);
    this.many = options.many;
    if (text !== null) {
      element.value = text;
      element.setSelectionRange(text.length, text.length);
    }
    this.focus();
    this.grow();
  }

  setText(text: string): void {
    this.element.value = text;
    this.element.setSelectionRange(text.length, text.length);
    this.grow();
  }

  insert(text: string): void {
    const { element } = this;
    element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
    this.grow();
  }

  /** Waits for the next edit, unseen. */
  arm(): void {
    this.editing = false;
    this.many = false;
    const { element } = this;
    element.value = '';
    element.placeholder = '';
    element.classList.remove('kg-editing', 'kg-many');
    element.style.height = '';
  }

  /** What a screen reader calls it: the active cell in words. */
  label(text: string): void {
    this.element.setAttribute('aria-label', text);
  }

  /** Lies over a cell, given in pixels of the element around it. An editor near the bottom grows upwards. */
  place(box: DOMRect, space: DOMRect): void {
    const { style } = this.element;
    style.minWidth = `${box.width}px`;
    style.minHeight = `${this.many ? MANY_HEIGHT : box.height}px`;
    const height = this.editing ? this.element.offsetHeight : box.height;
    const width = this.editing ? this.element.offsetWidth : box.width;
    const overlap = Math.max(0, box.top + height - space.height);
    style.top = `${Math.max(0, box.top - overlap)}px`;
    style.left = `${Math.min(box.left, Math.max(0, space.width - width))}px`;
  }

  private startByTyping(): void {
    if (this.editing) return;
    const begun = this.hooks.onTyped();
    // What is being composed cannot be taken away; it is when the composition ends.
    if (!begun && !this.composing) this.element.value = '';
  }

  private grow(): void {
    if (!this.editing) return;
    const { element } = this;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 4}px`;
  }
}
