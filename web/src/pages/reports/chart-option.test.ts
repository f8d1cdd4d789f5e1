import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ReportTile } from '@/api/types';
import { knownField } from '@/fields/testing';
import { chartOption } from './chart-option';

beforeAll(() => vi.stubGlobal('matchMedia', () => ({ matches: true })));

const tile = (labels: string[]): ReportTile => ({
  key: 'amount',
  kind: 'bar',
  title: '每月合作金额',
  object: 'deals',
  field: 'start_date',
  unit: 'money',
  series: [{ name: '', points: labels.map((label, value) => ({ key: label, label, value, filter: null })) }],
});

describe('bars', () => {
  it('of months stand, in the order of time', () => {
    const months = ['2026-09', '2026-10', '2026-11'];
    const { xAxis, yAxis } = chartOption(tile(months), knownField('date'), 'light');
    expect(xAxis).toMatchObject({ type: 'category', data: months, inverse: false });
    expect(yAxis).toMatchObject({ type: 'value' });
  });

  it('of choices lie, the first on top', () => {
    const { xAxis, yAxis } = chartOption(tile(['潜在客户', '合作中客户']), knownField('choice'), 'light');
    expect(yAxis).toMatchObject({ type: 'category', inverse: true });
    expect(xAxis).toMatchObject({ type: 'value' });
  });
});
