/** Cells as other spreadsheets take and give them: tab-separated text, and a table in HTML. */

/** Rows of texts; rows may be of different lengths. */
export type Texts = readonly (readonly string[])[];

/** What of a clipboard event's data counts. */
export interface ClipboardTexts {
  getData(format: 'text/plain' | 'text/html'): string;
}

/** Tab-separated text as Excel writes it: a cell is quoted where it would fall apart otherwise. */
export function toText(rows: Texts): string {
  return rows.map((row) => row.map(quoted).join('\t')).join('\n');
}

function quoted(cell: string): string {
  return /^"|[\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A table that spreadsheets take as it is: texts stay texts (leading zeros, formulas that are none), lines stay lines. */
export function toHtml(rows: Texts, isNumber: (row: number, column: number) => boolean): string {
  const cells = (row: readonly string[], at: number) =>
    row.map((cell, column) => {
      const kind = isNumber(at, column) ? '' : ` style="mso-number-format:'\\@'"`;
      return `<td${kind}>${escaped(cell)}</td>`;
    });
  const lines = rows.map((row, at) => `<tr>${cells(row, at).join('')}</tr>`);
  return `<meta charset="utf-8"><table>${lines.join('')}</table>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\r?\n/g, '<br style="mso-data-placement:same-cell">');
}

/** The cells that are on the clipboard; null where there is nothing to paste. */
export function fromClipboard(data: ClipboardTexts): Texts | null {
  const text = data.getData('text/plain');
  const rows = parseText(text);
  const table = parseHtml(data.getData('text/html'));
  if (table.length === 0) return text === '' ? null : rows;
  // Some programs do not quote a cell of several lines in plain text; their tables are right.
  const sameShape = rows.length === table.length && rows.every((row, at) => row.length === table[at]?.length);
  return sameShape ? rows : table;
}

/** Tab-separated text, with quotes around cells that have line breaks or tabs in them. */
export function parseText(text: string): string[][] {
  if (text === '') return [];
  const rows: string[][] = [[]];
  const lineEnd = /\r\n|\r|\n/y;
  let at = 0;
  for (;;) {
    const [cell, end] = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    rows.at(-1)?.push(cell);
    at = end;
    if (at >= text.length) break;
    if (text[at] === '\t') {
      at += 1;
      continue;
    }
    lineEnd.lastIndex = at;
    at += lineEnd.exec(text)?.[0].length ?? 1;
    // What ends the last line begins no other.
    if (at >= text.length) break;
    rows.push([]);
  }
  return rows;
}

function readPlain(text: string, start: number): [cell: string, end: number] {
  let end = start;
  while (end < text.length && text[end] !== '\t' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return [text.slice(start, end), end];
}

/** A quote that nothing closes in time is a quote. */
function readQuoted(text: string, start: number): [cell: string, end: number] {
  const pattern = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)/y;
  pattern.lastIndex = start;
  const found = pattern.exec(text);
  return found
    ? [(found[1] ?? '').replaceAll('""', '"').replaceAll('\r\n', '\n'), start + found[0].length]
    : readPlain(text, start);
}

/** The first table of a piece of HTML; empty where there is none. Cells that are merged hold their text once. */
export function parseHtml(html: string): string[][] {
  if (!/<table/i.test(html)) return [];
  const table = new DOMParser().parseFromString(html, 'text/html').querySelector('table');
  const rows: string[][] = [];
  /** By column: how many more rows a cell from above reaches into. */
  const from: number[] = [];
  for (const line of table?.rows ?? []) {
    const row: string[] = [];
    const skip = () => {
      while ((from[row.length] ?? 0) > 0) {
        from[row.length] = (from[row.length] ?? 0) - 1;
        row.push('');
      }
    };
    for (const cell of line.cells) {
      skip();
      for (let place = 0; place < Math.min(cell.colSpan, 1000); place += 1) {
        from[row.length] = Math.min(cell.rowSpan, 10_000) - 1;
        row.push(place === 0 ? textOf(cell) : '');
      }
    }
    skip();
    rows.push(row);
  }
  return rows;
}

function textOf(node: Node): string {
  let text = '';
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text += (child.textContent ?? '').replace(/[ \t\r\n]+/g, ' ');
    else if (child.nodeName === 'BR') text += '\n';
    else if (child.nodeType === Node.ELEMENT_NODE) {
      const block = /^(P|DIV|LI)$/.test(child.nodeName);
      text += block && text !== '' && !text.endsWith('\n') ? `\n${textOf(child)}` : textOf(child);
    }
  }
  return text.replace(/ *\n */g, '\n').trim();
}
