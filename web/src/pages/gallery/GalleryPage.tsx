import '@/i18n/kinds';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type KeyboardEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import { readSummary } from '@/api/records';
import type { ObjectInfo } from '@/api/types';
import { shownKeys } from '@/grid/layout';
import { cardFields } from '@/pages/kinds/CardFields';
import { Frame } from '@/pages/kinds/Frame';
import { type KindPage, useKindPage } from '@/pages/kinds/kind-page';
import { askedOf, useEndlessRows } from '@/pages/kinds/rows';
import type { TableState } from '@/pages/table/table-state';
import { LinesLoading } from '@/ui/states';
import { useSeen } from '@/ui/useSeen';
import { GalleryCard } from './GalleryCard';
import styles from './gallery.module.css';

/** Lines on a card below its name. */
const CARD_FIELDS = 12;

/** Cards with the fields of the view, more of them as one scrolls. */
export default function GalleryPage({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation(['kinds', 'common']);
  const page = useKindPage(object, state);
  const fields = useMemo(
    () => cardFields(object.fields, shownKeys(state.layout), [object.title_field], CARD_FIELDS),
    [object, state.layout],
  );
  const found = useEndlessRows(object.key, {
    filter: state.filter,
    sort: state.sort,
    search: state.search,
    fields: [object.title_field, ...fields.map(({ key }) => key)],
  });
  const count = useCount(page);
  const more = useSeen<HTMLDivElement>(() => found.more?.(), '800px');
  return (
    <Frame
      page={page}
      count={count.data ?? null}
      error={found.error ?? count.error}
      empty={found.rows?.length === 0}
      withBars
    >
      <div className={styles.gallery}>
        {found.rows === undefined && !found.error ? <LinesLoading rows={10} /> : null}
        <ul
          className={styles.cards}
          aria-label={t('gallery.list', { object: labelOf(object.plural) })}
          onKeyDown={moveFocus}
        >
          {found.rows?.map((row) => (
            <GalleryCard
              key={row.id}
              row={row}
              title={object.title_field}
              fields={fields}
              context={page.context}
              open={state.record === row.id}
              onOpen={page.open}
            />
          ))}
        </ul>
        {found.more ? <div key={found.rows?.length} ref={more} className={styles.waiting} /> : null}
        {found.error && found.rows ? (
          <Button type="link" onClick={found.retry}>
            {t('common:error.retry')}
          </Button>
        ) : null}
      </div>
    </Frame>
  );
}

function useCount({ object, state: { filter, search } }: KindPage) {
  return useQuery({
    queryKey: askedOf(object.key, 'count', filter, search),
    queryFn: async ({ signal }) => {
      const { groups } = await readSummary(object.key, { filter, search, group: [], aggregates: [] }, signal);
      return groups[0]?.count ?? 0;
    },
  });
}

/** The arrow keys go from card to card; up and down to the one that stands there. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const here = event.target instanceof Element ? event.target.closest<HTMLElement>('li') : null;
  if (!here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const cards = [...event.currentTarget.querySelectorAll<HTMLElement>(':scope > li')];
  const place = cards.indexOf(here);
  const across = Math.max(
    1,
    cards.findIndex((card) => card.offsetTop > (cards[0]?.offsetTop ?? 0)),
  );
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
  if (!step) return;
  event.preventDefault();
  cards[place + step]?.querySelector<HTMLElement>('[data-opens]')?.focus();
}
