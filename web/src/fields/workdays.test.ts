import { describe, expect, it } from 'vitest';
import { isWorkday, nextWorkday, quickDays } from './workdays';

describe('workdays', () => {
  it('knows holidays and exchanged days', () => {
    const said = ['2026-10-01', '2026-10-09', '2026-10-10', '2026-10-11', '2027-02-08', '2028-01-03'].map(isWorkday);
    expect(said).toEqual([false, true, true, false, false, true]);
  });

  it('goes over a week of holidays', () => {
    expect(nextWorkday('2026-09-30')).toBe('2026-10-08');
    expect(nextWorkday('2026-10-09')).toBe('2026-10-10');
  });

  it('offers each day once and says where nobody works', () => {
    expect(quickDays('2026-11-23').map(({ key, day }) => [key, day])).toEqual([
      ['tomorrow', '2026-11-24'],
      ['three', '2026-11-26'],
      ['monday', '2026-11-30'],
    ]);
    expect(quickDays('2026-09-30')).toEqual([
      { key: 'tomorrow', day: '2026-10-01', rest: true },
      { key: 'three', day: '2026-10-03', rest: true },
      { key: 'monday', day: '2026-10-05', rest: true },
      { key: 'workday', day: '2026-10-08', rest: false },
    ]);
  });
});
