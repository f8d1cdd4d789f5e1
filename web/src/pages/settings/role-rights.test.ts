import { describe, expect, it } from 'vitest';
import type { RoleRights } from '@/api/rights';
import type { Field, ObjectInfo } from '@/api/types';
import {
  accessOf,
  canonical,
  differences,
  rightsOf,
  scopeOf,
  withFields,
  withObject,
  withoutObject,
} from './role-rights';

const field = (key: string, more: Partial<Field> = {}) =>
  ({ key, kind: 'text', lookup: null, target: null, ...more }) as Field;
const customer = field('customer', { kind: 'relation', target: 'customers' });
const lookup = field('customer.phone', {
  lookup: { relation: 'customer', target_object: 'customers', target_field: 'phone' },
});
const objects = [
  { key: 'customers', title_field: 'name', fields: [field('name'), field('phone')] },
  { key: 'deals', title_field: 'name', fields: [field('name'), customer, lookup] },
] as ObjectInfo[];
const sales: RoleRights = { objects: { '*': { see: 'own', change: 'own', delete: 'own', pool: true, create: true } } };

describe('the rights of a role', () => {
  it('say of an object what they say of all others, unless they name it', () => {
    expect(rightsOf(sales, 'deals').see).toBe('own');
    const named = withObject(sales, 'deals', { see: 'all' });
    expect(rightsOf(named, 'deals')).toMatchObject({ see: 'all', change: 'own', pool: true, create: true });
    expect(rightsOf(named, 'customers').see).toBe('own');
    expect(canonical(withoutObject(named, 'deals'))).toBe(canonical(sales));
  });

  it('change nothing that is not seen, and do not get it back by seeing more', () => {
    expect(scopeOf({ see: 'own', change: 'all' }, 'change')).toBe('own');
    const less = withObject(sales, 'deals', { see: 'none' });
    expect(rightsOf(withObject(less, 'deals', { see: 'all' }), 'deals')).toMatchObject({
      change: 'none',
      delete: 'none',
    });
  });

  it('keep nothing of a field that may be written', () => {
    const hidden = withFields(sales, 'customers', ['phone', 'name'], 'hidden');
    expect(rightsOf(hidden, 'customers').fields).toEqual({ phone: 'hidden', name: 'hidden' });
    expect(rightsOf(withFields(hidden, 'customers', ['phone'], 'write'), 'customers').fields).toEqual({
      name: 'hidden',
    });
  });

  it('are the strictest along a lookup', () => {
    const masked = withFields(sales, 'customers', ['phone'], 'masked');
    expect(accessOf(masked, objects, 'deals', lookup)).toBe('masked');
    expect(accessOf(withFields(masked, 'deals', ['customer.phone'], 'hidden'), objects, 'deals', lookup)).toBe(
      'hidden',
    );
    expect(accessOf(withFields(sales, 'deals', ['customer'], 'hidden'), objects, 'deals', lookup)).toBe('hidden');
    expect(accessOf(withFields(sales, 'deals', ['customer'], 'masked'), objects, 'deals', lookup)).toBe('write');
  });

  it('show of a relation no more than the title of its record', () => {
    expect(accessOf(withFields(sales, 'customers', ['name'], 'masked'), objects, 'deals', customer)).toBe('masked');
    expect(accessOf(withFields(sales, 'customers', ['name'], 'read'), objects, 'deals', customer)).toBe('write');
    expect(accessOf(withObject(sales, 'customers', { see: 'none' }), objects, 'deals', customer)).toBe('hidden');
  });

  it('tell what is different, once', () => {
    expect(differences(sales, sales)).toEqual([]);
    const other = withFields(withObject(sales, 'deals', { see: 'all', pool: false }), 'deals', ['name'], 'read');
    expect(differences(sales, { ...other, backups: true })).toEqual([
      { kind: 'company', right: 'backups', after: true },
      { kind: 'scope', object: 'deals', verb: 'see', before: 'own', after: 'all' },
      { kind: 'act', object: 'deals', act: 'pool', after: false },
      { kind: 'field', object: 'deals', field: 'name', before: 'write', after: 'read' },
    ]);
  });
});
