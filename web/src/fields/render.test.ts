import { beforeAll, describe, expect, it } from 'vitest';
import type { FieldContext } from './context';
import { addressOf, renderCell } from './render';
import { knownContext, knownField } from './testing';

let context: FieldContext;
beforeAll(async () => {
  context = await knownContext();
});
const html = (node: Node) => (node as HTMLElement).outerHTML;

describe('what a cell shows', () => {
  it('never takes markup from a value', () => {
    const nasty = '<img src=x onerror=alert(1)>';
    for (const kind of ['text', 'long_text', 'link', 'email', 'phone', 'choice', 'tags'] as const) {
      const cell = kind === 'tags' ? [nasty] : nasty;
      expect(html(renderCell(knownField(kind), cell, context).node), kind).not.toContain('<img');
    }
    const relation = renderCell(knownField('relation'), { id: 1, label: nasty }, context);
    expect(html(relation.node)).not.toContain('<img');
  });

  it.each([
    ['link', 'https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['link', 'javascript:alert(1)', null],
    ['link', ' JaVaScRiPt:alert(1)', null],
    ['link', 'java\nscript:alert(1)', null],
    ['link', 'data:text/html,x', null],
    ['link', 'https://example.com/ x', null],
    ['email', 'a@example.com', 'mailto:a@example.com'],
    ['email', 'javascript:alert(1)', null],
    ['phone', '138 0013 8000', 'tel:13800138000'],
    ['phone', '021-6666 ext. 12', 'tel:0216666'],
    ['phone', 'n/a', null],
    ['text', 'https://example.com', null],
  ] as const)('follows a %s %j to %s', (kind, cell, address) => {
    expect(addressOf(knownField(kind), cell)).toBe(address);
  });

  it('marks a value that does not fit, with its reason', () => {
    const own = renderCell(knownField('email'), { invalid: 'contactabc', code: 'not_an_email' }, context);
    expect(own.className).toBe('kf-invalid');
    expect(own.node.textContent).toBe('contactabc');
    expect(own.title).toBe('不是邮箱地址，例如 name@example.com');
    const said = renderCell(knownField('email'), { invalid: 'x', code: 'y', message: '缺少 @' }, context);
    expect(said.title).toBe('缺少 @');
  });

  it('gives a choice its hue and the shape of its category', () => {
    const field = knownField('choice');
    const stage = { ...field.choices[0], color: 4, category: 'lost' as const } as (typeof field.choices)[number];
    const { node } = renderCell({ ...field, choices: [stage] }, stage.key, context);
    expect((node as HTMLElement).style.getPropertyValue('--kf-bg')).toBe('var(--kebu-hue-4-bg)');
    expect((node as HTMLElement).querySelector('[data-category="lost"]')).not.toBeNull();
  });

  it('has a box for a checkbox that is empty', () => {
    const { node } = renderCell(knownField('checkbox'), null, context);
    expect((node as HTMLElement).getAttribute('aria-label')).toBe('否');
  });
});
