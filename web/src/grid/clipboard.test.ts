import { describe, expect, it } from 'vitest';
import { fromClipboard, parseHtml, parseText, toHtml, toText } from './clipboard';

const clipboard = (plain: string, html = '') => ({
  getData: (format: string) => (format === 'text/html' ? html : plain),
});

describe('cells as text', () => {
  it.each([
    [
      'a\tb\nc\td\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a\tb\r\nc\td\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['one', [['one']]],
    [
      'a\t\t\n\tb',
      [
        ['a', '', ''],
        ['', 'b'],
      ],
    ],
    ['"two\nlines"\tb', [['two\nlines', 'b']]],
    ['"two\r\nlines"\tb\r\n', [['two\nlines', 'b']]],
    ['"say ""hi"""\t"a\tb"', [['say "hi"', 'a\tb']]],
    ['5" pipe\tx', [['5" pipe', 'x']]],
    ['"not closed\tx\ny', [['"not closed', 'x'], ['y']]],
    ['"closed"early\tx', [['"closed"early', 'x']]],
    ['a\n\nb', [['a'], [''], ['b']]],
    ['\n', [['']]],
    ['', []],
    ['深圳, 上海\t1,234.50', [['深圳, 上海', '1,234.50']]],
  ])('%j', (text, rows) => {
    expect(parseText(text)).toEqual(rows);
  });

  it('come back as they went, whatever is in them', () => {
    const parts = ['', 'a', '"', '\t', '\n', '""', ' ', '客户', 'a"b', '"a"', '1,5'];
    const rows = parts.map((one) => parts.map((other) => one + other));
    expect(parseText(toText(rows))).toEqual(rows);
  });
});

describe('cells as a table', () => {
  it('come back as they went', () => {
    const rows = [
      ['=1+1', '0138', '<b>&amp;</b>'],
      ['两行\n文字', '', '1.5'],
    ];
    expect(parseHtml(toHtml(rows, () => false))).toEqual(rows);
  });

  it('say which of them are numbers', () => {
    expect(toHtml([['甲', '1.5']], (_row, column) => column === 1)).toContain(
      `<td style="mso-number-format:'\\@'">甲</td><td>1.5</td>`,
    );
  });

  it('keep their places beside merged ones', () => {
    const html =
      '<table><tr><td rowspan=2>a</td><td colspan=2>b</td></tr><tr><td>c</td><td>d</td></tr>' +
      '<tr><td>e</td><td rowspan=2>f</td><td>g</td></tr><tr><td>h</td><td>i</td></tr></table>';
    expect(parseHtml(html)).toEqual([
      ['a', 'b', ''],
      ['', 'c', 'd'],
      ['e', 'f', 'g'],
      ['h', '', 'i'],
    ]);
  });

  it('have the lines of paragraphs, and no blanks that only laid out the source', () => {
    expect(parseHtml('<table><tr><td>\n  <p>one</p>\n  <p>two</p></td><td> a\n b </td></tr></table>')).toEqual([
      ['one\ntwo', 'a b'],
    ]);
  });

  it('are none in other HTML', () => {
    expect(parseHtml('<p>text</p>')).toEqual([]);
  });
});

describe('what is pasted', () => {
  it('is the text, unless it has lost its shape', () => {
    const table = '<table><tr><td>one<br>two</td><td>x</td></tr></table>';
    expect(fromClipboard(clipboard('one\ntwo\tx', table))).toEqual([['one\ntwo', 'x']]);
    expect(fromClipboard(clipboard('"one\ntwo"\tx', table))).toEqual([['one\ntwo', 'x']]);
    expect(fromClipboard(clipboard('1.25\tx', '<table><tr><td>1.3</td><td>x</td></tr></table>'))).toEqual([
      ['1.25', 'x'],
    ]);
    expect(fromClipboard(clipboard('just text', '<b>just text</b>'))).toEqual([['just text']]);
    expect(fromClipboard(clipboard('', table))).toEqual([['one\ntwo', 'x']]);
    expect(fromClipboard(clipboard(''))).toBeNull();
  });
});
