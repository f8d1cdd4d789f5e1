import { Button } from 'antd';
import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/objects';
import type { Team } from '@/api/rights';
import { DeleteOutlined, DownOutlined, EditOutlined, PlusOutlined, RightOutlined } from '@/ui/icons';
import styles from './rights.module.css';
import { type Branch, grown, parentInwards, parentOutwards, peopleIn } from './team-tree';

interface Props {
  teams: Team[];
  onEdit: (team: Team) => void;
  onAdd: (above: Team) => void;
  onMove: (team: Team, parent: number | null) => void;
  onRemove: (team: Team) => void;
}

/** The teams as a tree that is walked through by the arrow keys. */
export function TeamTree({ teams, onEdit, onAdd, onMove, onRemove }: Props) {
  const { t } = useTranslation('rights');
  const { users } = useObjects();
  const tree = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState<number | null>(null);
  const branches = grown(teams, closed);
  const current = branches.find((one) => one.team.id === chosen) ?? branches[0];

  const go = (branch: Branch | undefined) => {
    if (!branch) return;
    setChosen(branch.team.id);
    tree.current?.querySelector<HTMLElement>(`[data-team="${branch.team.id}"]`)?.focus();
  };
  const fold = (team: Team, close: boolean) => {
    const next = new Set(closed);
    if (close) next.add(team.id);
    else next.delete(team.id);
    setClosed(next);
  };
  const shift = (team: Team, inwards: boolean) => {
    const parent = inwards ? parentInwards(teams, team) : parentOutwards(teams, team);
    if (parent !== undefined) onMove(team, parent);
  };
  const press = (event: KeyboardEvent, branch: Branch) => {
    // The buttons of a line have keys of their own.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { team, hasParts } = branch;
    const place = branches.indexOf(branch);
    const open = hasParts && !closed.has(team.id);
    const acts: Record<string, () => void> = event.altKey
      ? { ArrowRight: () => shift(team, true), ArrowLeft: () => shift(team, false) }
      : {
          ArrowDown: () => go(branches[place + 1]),
          ArrowUp: () => go(branches[place - 1]),
          Home: () => go(branches[0]),
          End: () => go(branches.at(-1)),
          ArrowRight: () => (open ? go(branches[place + 1]) : hasParts && fold(team, false)),
          ArrowLeft: () => (open ? fold(team, true) : go(branches.find((one) => one.team.id === team.parent))),
          Enter: () => onEdit(team),
          Insert: () => onAdd(team),
          Delete: () => onRemove(team),
        };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div ref={tree} role="tree" className={styles.tree} aria-label={t('teams.tree')}>
      {branches.map((branch) => {
        const { team, level, place, siblings, hasParts } = branch;
        const { name } = team;
        const isClosed = closed.has(team.id);
        const isCurrent = branch === current;
        const leader = users.find((user) => user.id === team.leader);
        const tabIndex = isCurrent ? 0 : -1;
        const told = [
          leader ? t('teams.ledBy', { name: leader.name }) : '',
          t('teams.count', { count: peopleIn(team) }),
        ]
          .filter(Boolean)
          .join(' · ');
        return (
          <div
            key={team.id}
            role="treeitem"
            data-team={team.id}
            className={styles.branch}
            style={{ '--level': level } as CSSProperties}
            tabIndex={tabIndex}
            aria-label={`${name} · ${told}`}
            aria-level={level}
            aria-posinset={place}
            aria-setsize={siblings}
            aria-expanded={hasParts ? !isClosed : undefined}
            aria-selected={isCurrent}
            onFocus={() => setChosen(team.id)}
            onDoubleClick={(event) => {
              if (!(event.target as Element).closest('button')) onEdit(team);
            }}
            onKeyDown={(event) => press(event, branch)}
          >
            <span className={styles.fold}>
              {hasParts ? (
                <Button
                  size="small"
                  type="text"
                  tabIndex={tabIndex}
                  icon={isClosed ? <RightOutlined /> : <DownOutlined />}
                  aria-label={t(isClosed ? 'teams.open' : 'teams.close', { name })}
                  onClick={() => fold(team, !isClosed)}
                />
              ) : null}
            </span>
            <span className={styles.team}>
              {name}
              <small>{told}</small>
            </span>
            <Button
              size="small"
              type="text"
              tabIndex={tabIndex}
              icon={<PlusOutlined />}
              title={t('teams.addBelow')}
              aria-label={t('teams.addBelowOf', { name })}
              onClick={() => onAdd(team)}
            />
            <Button
              size="small"
              type="text"
              tabIndex={tabIndex}
              icon={<EditOutlined />}
              title={t('teams.edit')}
              aria-label={t('teams.editOf', { name })}
              onClick={() => onEdit(team)}
            />
            <Button
              size="small"
              type="text"
              tabIndex={tabIndex}
              icon={<DeleteOutlined />}
              title={t('teams.remove')}
              aria-label={t('teams.removeOf', { name })}
              onClick={() => onRemove(team)}
            />
          </div>
        );
      })}
    </div>
  );
}
