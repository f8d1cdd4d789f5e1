import type { KeyboardEvent } from 'react';

const STEPS: Record<string, [columns: number, cards: number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** The arrow keys go from card to card; across columns to the card at the same height, past empty columns. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const card = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-card]') : null;
  const list = card?.parentElement;
  if (!step || !card || !list || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // A menu that is open over the card has keys of its own.
  if (!event.currentTarget.contains(event.target as Node)) return;
  event.preventDefault();
  const lists = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-list]')].map(cardsOf);
  const column = lists.findIndex((cards) => cards.includes(card));
  const place = lists[column]?.indexOf(card) ?? 0;
  const [across, along] = step;
  const to = along === 0 ? lists.filter((_, n) => (n - column) * across > 0) : [lists[column] ?? []];
  const filled = to.filter((cards) => cards.length > 0);
  const cards = (across < 0 ? filled.at(-1) : filled[0]) ?? [];
  const next = cards[along === 0 ? Math.min(place, cards.length - 1) : place + along];
  next?.querySelector<HTMLElement>('[data-opens]')?.focus();
}

const cardsOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>(':scope > [data-card]')];
