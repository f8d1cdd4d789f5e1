import type { Cell, Choice, Field, FieldKind, Person } from '../src/api/types';
import type { Edit, EditResult } from '../src/grid/edits';
import type { Page } from '../src/grid/remoteSource';
import type { GridRow } from '../src/grid/source';

/** A million made-up customers, made when they are asked for, to try the grid on. */
export const ROWS = 1_000_000;

export const PEOPLE: Person[] = ['张伟', '王芳', '李娜', '刘洋', '陈静'].map((name, place) => ({
  id: place + 1,
  name,
  active: place < 4,
}));

const choices = (labels: string[], categories: Choice['category'][] = []): Choice[] =>
  labels.map((label, place) => ({
    key: `c${place}`,
    label,
    label_all: { 'zh-Hans': label, en: label },
    color: place,
    category: categories[place] ?? null,
    synonyms: [],
    archived: false,
  }));

const LABELS: [key: string, kind: FieldKind, label: string, more?: Partial<Field>][] = [
  ['name', 'text', '客户名称', { required: true }],
  ['number', 'auto_number', '编号', { readonly: true }],
  [
    'stage',
    'choice',
    '合作阶段',
    {
      choices: choices(
        ['潜在客户', '合作中客户', '活跃客户', '已结束合作客户', '流失客户'],
        ['potential', 'active', 'active', 'ended', 'lost'],
      ),
    },
  ],
  ['level', 'choice', '客户等级', { choices: choices(['重要客户', '一般客户', '普通客户']) }],
  [
    'main_contact.name',
    'text',
    '联系人',
    { lookup: { relation: 'main_contact', target_object: 'contacts', target_field: 'name' } },
  ],
  ['main_contact.phone', 'phone', '电话'],
  ['main_contact.email', 'email', '邮箱'],
  ['main_deal.amount', 'money', '金额'],
  ['next_follow_up', 'date', '下次跟进日期'],
  ['remark', 'long_text', '备注'],
  ['website', 'link', '官网'],
  ['owner', 'person', '负责人'],
  ['labels', 'choices', '关注', { choices: choices(['价格', '服务', '交期', '质量', '账期']) }],
  ['tags', 'tags', '标签'],
  ['vip', 'checkbox', '重点'],
  ['discount', 'percent', '折扣'],
  ['staff', 'number', '人数'],
  ['main_contact', 'relation', '主要联系人', { target: 'contacts' }],
  ['last_activity_at', 'datetime', '最近跟进'],
  ['address', 'address', '地址'],
];

export const FIELDS: Field[] = LABELS.map(([key, kind, label, more], position) => ({
  key,
  kind,
  label,
  label_all: { 'zh-Hans': label, en: label },
  builtin: true,
  readonly: false,
  required: false,
  hidden: false,
  position,
  lookup: null,
  target: null,
  choices: [],
  categories: [],
  operators: ['is'],
  sortable: true,
  ...more,
}));

const PLACES = ['上海', '北京', '深圳', '杭州', '成都', '武汉', '西安', '苏州'];
const FIRST = [...'华中盛嘉恒瑞金天宏佳'];
const SECOND = [...'信达源科泰丰创联博远'];
const TRADES = ['制造', '零售', '医疗', '教育', '物流', '软件'];
const SURNAMES = [...'赵钱孙李周吴郑王冯陈'];
const GIVEN = ['伟', '芳', '娜', '秀英', '敏', '静', '丽', '强', '磊', '洋'];
const DAY = 86_400_000;
const TODAY = Date.now();

/** A number that looks random and is always the same for the same input. */
function mixed(seed: number): number {
  let x = Math.imul(seed + 1, 2654435761) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0;
  return (x ^ (x >>> 13)) >>> 0;
}
const pick = <T>(list: readonly T[], seed: number): T => list[seed % list.length] as T;
const day = (offset: number) => new Date(TODAY + offset * DAY).toISOString().slice(0, 10);

function made(row: number): GridRow {
  const x = mixed(row);
  const y = mixed(row + 7_777_777);
  const contact = pick(SURNAMES, y) + pick(GIVEN, x >>> 5);
  return {
    id: row + 1,
    version: 1,
    cells: {
      name: `${pick(PLACES, x)}${pick(FIRST, x >>> 3)}${pick(SECOND, x >>> 7)}${pick(TRADES, y)}有限公司`,
      number: `C${String(row + 1).padStart(3, '0')}`,
      stage: `c${x % 5}`,
      level: x % 11 === 0 ? null : `c${y % 3}`,
      'main_contact.name': contact,
      'main_contact.phone': row % 17 === 3 ? { masked: '138****1234' } : `138${String(y % 1e8).padStart(8, '0')}`,
      'main_contact.email':
        row % 9 === 4 ? { invalid: 'contactabc', code: 'not_an_email' } : `user${x % 99999}@example.com`,
      'main_deal.amount': (x % 5_000_000) + (y % 2 === 0 ? 0.5 : 0),
      next_follow_up: x % 4 === 0 ? null : day((y % 14) - 4),
      remark: x % 3 === 0 ? '上次沟通很顺利，等待报价确认；下周再联系采购部门，准备样品和合同。' : null,
      website: `https://www.example.com/${x % 999}`,
      owner: (x % 5) + 1,
      labels: ['c0', 'c1', 'c2', 'c3', 'c4'].filter((_, place) => (y >>> place) & 1).slice(0, 3),
      tags: x % 3 === 1 ? ['展会', '老客户'] : [],
      vip: (y & 1) === 1,
      discount: (y % 40) / 100,
      staff: y % 5000,
      main_contact: { id: row + 1, label: contact },
      last_activity_at: new Date(TODAY - (x % 90) * DAY).toISOString(),
      address: `${pick(PLACES, x)}市示例路 ${y % 300} 号`,
    },
  };
}

const saved = new Map<number, GridRow>();
const gone = new Set<number>();
const wait = (from: number, spread: number) => new Promise((done) => setTimeout(done, from + Math.random() * spread));

export async function fetchPage(offset: number, limit: number): Promise<Page> {
  await wait(10, 20);
  const rows: GridRow[] = [];
  for (let row = offset; row < Math.min(ROWS, offset + limit); row += 1) {
    rows.push(saved.get(row + 1) ?? made(row));
  }
  return { count: ROWS - gone.size, rows };
}

/** Understands a little, as the server would; text with 失败 in it cannot be saved. */
export async function save(edits: Edit[]): Promise<EditResult[]> {
  await wait(150, 200);
  return edits.map((edit) => {
    const texts = Object.values(edit.values).filter((value) => typeof value === 'string');
    if (texts.some((text) => text.includes('失败'))) return { id: edit.id, reason: '网络断开了' };
    const values = Object.fromEntries(
      Object.entries(edit.values).map(([key, value]) => [
        key,
        understood(
          FIELDS.find((one) => one.key === key),
          value,
        ),
      ]),
    );
    const before = saved.get(edit.id) ?? made(edit.id - 1);
    const row = { id: edit.id, version: edit.version + 1, cells: { ...before.cells, ...values } };
    saved.set(edit.id, row);
    return { id: row.id, version: row.version, values };
  });
}

function understood(field: Field | undefined, value: Cell): Cell {
  if (typeof value !== 'string' || !field) return value;
  const plain = value.replace(/[,，¥\s]/g, '');
  switch (field.kind) {
    case 'date': {
      const match = /^(\d{4})\D(\d{1,2})\D(\d{1,2})/.exec(value);
      if (!match) return { invalid: value, code: 'not_a_date' };
      return `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}`;
    }
    case 'number':
    case 'money': {
      const number = Number(plain.replace(/万$/, '')) * (plain.endsWith('万') ? 10_000 : 1);
      return Number.isNaN(number) ? { invalid: value, code: 'not_a_number' } : number;
    }
    case 'email':
      return value.includes('@') ? value : { invalid: value, code: 'not_an_email' };
    case 'choice':
      return field.choices.some((one) => one.key === value) ? value : { invalid: value, code: 'unknown_choice' };
    default:
      return value;
  }
}

export async function searchContacts(_field: Field, text: string) {
  await wait(60, 60);
  const found: { id: number; label: string }[] = [];
  for (let row = 0; row < 2_000 && found.length < 8; row += 1) {
    const { id, label } = made(row).cells.main_contact as { id: number; label: string };
    if (label.includes(text)) found.push({ id, label });
  }
  return { records: found, create: null };
}
