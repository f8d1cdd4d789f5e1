import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import type { Option } from '@/fields/options';
import { chipNode, personNode } from '@/fields/render';

interface OptionListProps {
  options: readonly Option[];
  highlighted: number;
  isChosen: (option: Option) => boolean;
  /** The text box that the list belongs to; it keeps the focus and tells screen readers which option is meant. */
  box: HTMLElement;
  /** Said when there is no option. */
  nothing: string;
  many?: boolean;
  onHighlight: (place: number) => void;
  onPick: (option: Option) => void;
}

/** A list to choose from by keys in the box or by mouse. */
export function OptionList(props: OptionListProps) {
  const { options, highlighted, isChosen, box, nothing, many = false, onHighlight, onPick } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.setAttribute('role', 'combobox');
    box.setAttribute('aria-expanded', 'true');
    box.setAttribute('aria-controls', id);
    return () => {
      for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant']) box.removeAttribute(name);
    };
  }, [box, id]);
  useEffect(() => {
    if (options.length > 0) box.setAttribute('aria-activedescendant', `${id}-${highlighted}`);
    else box.removeAttribute('aria-activedescendant');
    list.current?.children[highlighted]?.scrollIntoView({ block: 'nearest' });
  }, [box, id, highlighted, options]);
  return (
    <div ref={list} id={id} role="listbox" aria-multiselectable={many} className="kg-options">
      {options.map((option, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys arrive at the box
        <div
          key={option.value}
          id={`${id}-${place}`}
          role="option"
          tabIndex={-1}
          aria-selected={isChosen(option)}
          className={place === highlighted ? 'kg-option kg-highlighted' : 'kg-option'}
          onMouseMove={() => onHighlight(place)}
          onClick={() => onPick(option)}
        >
          <OptionLabel option={option} />
        </div>
      ))}
      {options.length === 0 && <div className="kg-nothing">{nothing}</div>}
    </div>
  );
}

function OptionLabel({ option }: { option: Option }) {
  const host = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (option.choice) host.current?.replaceChildren(chipNode(option.label, option.choice));
    else if (option.person) host.current?.replaceChildren(personNode(Number(option.value), option.label));
    else host.current?.replaceChildren(option.label);
  }, [option]);
  return <span ref={host} className="kg-option-label" />;
}
