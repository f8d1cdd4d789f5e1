import { describe, expect, it } from 'vitest';
import { dateKey, withDay } from './Calendar';
import { addDays, addMonths, addMonthsToDay, dayInText, timeInText, weeksOf } from './calendar';

describe('days', () => {
  it('are counted over months, years and leap days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
    expect(addMonths('2026-11', 2)).toBe('2027-01');
    expect(addMonthsToDay('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonthsToDay('2026-03-15', -1)).toBe('2026-02-15');
  });

  it('of a month stand in weeks from Monday', () => {
    const weeks = weeksOf('2026-11');
    expect(weeks).toHaveLength(6);
    expect(weeks[0]).toEqual([
      '2026-10-26',
      '2026-10-27',
      '2026-10-28',
      '2026-10-29',
      '2026-10-30',
      '2026-10-31',
      '2026-11-01',
    ]);
    // A month that begins on a Monday
    expect(weeksOf('2026-06')[0]?.[0]).toBe('2026-06-01');
  });
});

describe('a typed date', () => {
  it.each([
    ['2023-1-5', '2023-01-05'],
    ['2023/01/05', '2023-01-05'],
    ['2023年1月5日', '2023-01-05'],
    ['２０２３．１．５', '2023-01-05'],
    ['2026-02-30', null],
    ['2023', null],
    ['明天', null],
    ['', null],
  ])('%s', (text, day) => {
    expect(dayInText(text)).toBe(day);
  });

  it('keeps its time when another day is picked', () => {
    expect(timeInText('2026-01-05 9:30')).toBe('09:30');
    expect(withDay('2026-01-05 14:30', '2026-02-01', true)).toBe('2026-02-01 14:30');
    expect(withDay('', '2026-02-01', true)).toBe('2026-02-01 09:00');
    expect(withDay('2026-01-05 14:30', '2026-02-01', false)).toBe('2026-02-01');
  });

  it('moves by keys; the first one says today', () => {
    expect(dateKey('ArrowDown', '', '2026-11-22', false)).toBe('2026-11-22');
    expect(dateKey('ArrowDown', '2026-11-30', '2026-11-22', false)).toBe('2026-12-01');
    expect(dateKey('PageUp', '2026-03-31', '2026-11-22', false)).toBe('2026-02-28');
    expect(dateKey('a', '2026-03-31', '2026-11-22', false)).toBeNull();
  });
});
