import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { queryClient } from '@/api/cache';
import type { ImportPlan, PlanChange, PlanFix } from '@/api/import-types';
import { changePlan } from '@/api/imports';
import { planKey } from './ImportPage';

/** Where a cell of the preview lies: file, sheet, row and field. */
export const cellKey = (file: number, sheet: number, row: number, field: string) => `${file}/${sheet}/${row}/${field}`;

/**
 * Every change of a plan, one after the other. Corrections that are made while one is being checked go together
 * with the next; until then `typed` says what their cells will hold.
 */
export function usePlanChange(plan: ImportPlan) {
  const waiting = useRef<{ fixes: PlanFix[]; back: number }>({ fixes: [], back: 0 });
  const busy = useRef(false);
  const [typed, setTyped] = useState<ReadonlyMap<string, string | null>>(new Map());
  const change = useMutation({
    scope: { id: `import-${plan.id}` },
    mutationFn: (what: PlanChange) => changePlan(plan.id, what),
    onSuccess: async (next) => {
      queryClient.setQueryData(planKey(plan.id), next);
      await queryClient.invalidateQueries({ queryKey: ['import-rows', plan.id] });
    },
  });
  const send = async (what: PlanChange) => {
    busy.current = true;
    try {
      await change.mutateAsync(what);
    } catch {
      return; // Shown beside the button that tries again; what waits goes with it.
    } finally {
      busy.current = false;
    }
    const { fixes, back } = waiting.current;
    waiting.current = { fixes: [], back: 0 };
    if (fixes.length > 0 || back > 0) void send({ fixes, take_back: back });
    else setTyped(new Map());
  };
  const takeBack = () => {
    if (waiting.current.fixes.pop()) return;
    if (busy.current) waiting.current.back += 1;
    else void send({ take_back: 1 });
  };
  const fix = (...fixes: PlanFix[]) => {
    setTyped((before) => {
      const after = new Map(before);
      for (const one of fixes) {
        if (one.kind === 'cell') after.set(cellKey(one.file, one.sheet, one.row, one.field), one.to);
      }
      return after;
    });
    if (busy.current || change.isError) waiting.current.fixes.push(...fixes);
    else void send({ fixes });
  };
  return {
    typed,
    fix,
    /** Undo the last correction. */
    takeBack,
    /** Columns, sheets and options; those that come while another one is checked wait for it. */
    send: (what: PlanChange) => void send(what),
    isPending: change.isPending,
    error: change.error,
    retry: () => change.variables && void send(change.variables),
    giveUp: () => {
      waiting.current = { fixes: [], back: 0 };
      setTyped(new Map());
      change.reset();
    },
  };
}

export type PlanChanges = ReturnType<typeof usePlanChange>;
