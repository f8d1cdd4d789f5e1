import { expect, it } from 'vitest';
import { ticked } from './token-verbs';

it('brings along what a verb needs', () => {
  expect(ticked({}, 'deals', 'delete', true)).toEqual({ deals: ['read', 'delete'] });
  expect(ticked({}, 'deals', 'import', true)).toEqual({ deals: ['read', 'create', 'import'] });
  expect(ticked({ deals: ['read', 'update'] }, 'deals', 'import', true)).toEqual({
    deals: ['read', 'update', 'import'],
  });
});

it('takes away what needs the verb that goes', () => {
  expect(ticked({ deals: ['read', 'create', 'import'] }, 'deals', 'create', false)).toEqual({ deals: ['read'] });
  expect(ticked({ deals: ['read', 'export'], contacts: ['read'] }, 'deals', 'read', false)).toEqual({
    contacts: ['read'],
  });
});
