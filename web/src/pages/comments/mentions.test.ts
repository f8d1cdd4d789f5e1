import { describe, expect, it } from 'vitest';
import { asked, draftOf, pieces, tokensOf, withMention } from './mentions';

const NAMES = new Map([
  [1, '张三'],
  [2, '张三丰'],
  [3, 'Bob (sales)'],
  [4, '张三'],
]);
const nameOf = (id: number) => NAMES.get(id);

describe('mentions', () => {
  it('are told from text that only looks like one', () => {
    expect(pieces('请 @[1] 看 @[99] @[x] <b>', nameOf)).toEqual(['请 ', { id: 1, name: '张三' }, ' 看 @[99] @[x] <b>']);
  });

  it('come back as they were', () => {
    for (const text of ['@[1]', '请@[2]和@[1]看看', '@[3]：$& \\ ok', '谁也没有 a@b.com', '@[1] @[4] @[2]']) {
      expect(tokensOf(draftOf(text, nameOf))).toBe(text);
    }
  });

  it('mean nobody once their name was changed', () => {
    const draft = draftOf('@[1] 看', nameOf);
    expect(tokensOf({ ...draft, text: '@张 看' })).toBe('@张 看');
  });

  it('are asked for after an @, not within an address or a word', () => {
    expect(asked('请@张', 3)).toEqual({ from: 1, typed: '张' });
    expect(asked('@', 1)).toEqual({ from: 0, typed: '' });
    expect(asked('a@b', 3)).toBeNull();
    expect(asked('@张三 看', 5)).toBeNull();
    expect(asked('没有', 2)).toBeNull();
  });

  it('take the place of what was typed', () => {
    const [draft, caret] = withMention(
      { text: '请@z看', people: [] },
      { from: 1, typed: 'z' },
      { id: 1, name: '张三' },
    );
    expect([draft.text, caret]).toEqual(['请@张三 看', 5]);
    expect(tokensOf(draft)).toBe('请@[1] 看');
  });
});
