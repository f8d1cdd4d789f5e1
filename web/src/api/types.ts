/**
 * What travels between the browser and the server: rows, cells, fields, views and plans, as the doors of the
 * architecture document name them.
 */

export type Language = 'zh-Hans' | 'en';
export type Labels = Record<Language, string>;
export type ObjectKey = string;
export type RecordId = number;

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'number'
  | 'money'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'choices'
  | 'checkbox'
  | 'phone'
  | 'email'
  | 'link'
  | 'address'
  | 'person'
  | 'relation'
  | 'auto_number'
  | 'credit_code'
  | 'rating'
  | 'tags';

/** What reports count by: the first four of customers' stages, the last three of deals'. */
export type Category = 'potential' | 'active' | 'ended' | 'lost' | 'open' | 'won';

export interface Choice {
  key: string;
  label: string;
  label_all: Partial<Labels>;
  /** One of the twelve hues, 0–11. */
  color: number;
  category: Category | null;
  synonyms: string[];
  archived: boolean;
}

export interface Field {
  key: string;
  kind: FieldKind;
  /** In the person's language. */
  label: string;
  label_all: Partial<Labels>;
  builtin: boolean;
  readonly: boolean;
  required: boolean;
  hidden: boolean;
  position: number;
  lookup: { relation: string; target_object: ObjectKey; target_field: string } | null;
  target: ObjectKey | null;
  choices: Choice[];
  /** Those that its choices may carry. */
  categories: Category[];
  operators: Operator[];
  sortable: boolean;
  /** Shown masked, and the person may look behind it, one value at a time. */
  reveals?: boolean;
}

export interface ObjectRights {
  create: boolean;
  update: boolean;
  delete: boolean;
  import: boolean;
  export: boolean;
  /** Never where its records are seen through those of another object. */
  share: boolean;
}

export interface ObjectInfo {
  key: ObjectKey;
  label: Labels;
  plural: Labels;
  title_field: string;
  fields: Field[];
  /** Whether its records become address cards. */
  cards: boolean;
  rights: ObjectRights;
}

export interface Person {
  id: number;
  name: string;
  active: boolean;
}

export interface Objects {
  objects: ObjectInfo[];
  users: Person[];
  version: number;
}

export interface RelationCell {
  id: RecordId;
  label: string;
}
export interface MaskedCell {
  masked: string;
}
/** Text that did not fit its kind: kept, shown marked. */
export interface InvalidCell {
  invalid: string;
  code: string;
  message?: string;
}
export type Cell = string | number | boolean | null | string[] | RelationCell | MaskedCell | InvalidCell;

/** `[id, version, …cells]` in the order of the asked fields. */
export type Row = [RecordId, number, ...Cell[]];

export type Operator =
  | 'is'
  | 'is_not'
  | 'contains'
  | 'not_contains'
  | 'starts_with'
  | 'in'
  | 'not_in'
  | 'empty'
  | 'not_empty'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'on'
  | 'before'
  | 'after'
  | 'within'
  | 'mine'
  | 'my_team';

/** Whole local days (weeks begin on Monday), counted from the current one; both ends in. */
export interface Within {
  unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
  from: number;
  to: number;
}
export type FilterValue = Cell | Within | [Cell, Cell] | number[];
export interface Condition {
  field: string;
  op: Operator;
  value?: FilterValue;
}
export type Filter = { and: Filter[] } | { or: Filter[] } | Condition;

export interface Sort {
  field: string;
  desc: boolean;
}

/** A level of grouping; dates and moments stand together by `unit` (a day where it is not said). */
export interface Level {
  field: string;
  desc: boolean;
  unit?: Within['unit'];
}
export interface Total {
  field: string;
  function: 'sum' | 'average' | 'min' | 'max' | 'filled';
}
/** The rows that share a value at every level. A date in `path` is the first day of its unit. */
export interface Group {
  path: Cell[];
  count: number;
  /** By `field.function`. */
  values: Record<string, number | null>;
}

export interface QuerySpec {
  /** A day: the rows as they were at its end. */
  as_of?: string;
  filter?: Filter | null;
  sort?: Sort[];
  search?: string;
  group?: Level[];
  totals?: Total[];
  fields: string[];
  offset: number;
  limit: number;
  /** False: no further page will be asked for by the snapshot. */
  keep?: boolean;
  /** Only these of the records, and no snapshot. */
  among?: RecordId[];
}
export interface QueryAnswer {
  count: number | null;
  snapshot: string | null;
  fields: string[];
  rows: Row[];
  /** Null where nothing is grouped. */
  groups: Group[] | null;
  after: unknown;
}
/** What to count and add up: the records of a view that share a value, in the order of the field. */
export interface SummarySpec {
  filter?: Filter | null;
  search?: string;
  /** A day: the numbers as they were at its end. */
  as_of?: string;
  group: { field: string; unit?: 'day' }[];
  aggregates: { field: string; function: 'sum' | 'min' | 'max' }[];
}
export interface SummaryAnswer {
  /** `values` has `amount.sum` for each that was asked for; null where nothing is filled in. */
  groups: { path: Cell[]; count: number; values: Record<string, number | null> }[];
}
/** A row that holds what was looked for, by its place in the order; `fields` hold it, or one that is `hidden`. */
export interface FoundRow {
  row: number | null;
  id: RecordId | null;
  fields: string[];
  hidden: string | null;
  /** From 1, and of how many; null where nobody has looked at all rows. */
  place: number | null;
  count: number | null;
}

export interface PageAnswer {
  count: number;
  /** Null: gone since the order was made, or no longer to be seen. */
  rows: (Row | null)[];
}

export interface RecordAnswer {
  id: RecordId;
  version: number;
  values: Record<string, Cell>;
  /** How many records of which object name this one, and by which field. */
  related: { object: ObjectKey; field: string; count: number }[];
  rights: { update: boolean; delete: boolean };
  /** Numbers of records that were merged into this one. The `id` is its own, whichever of them was asked for. */
  merged: string[];
}
export interface WriteAnswer {
  id: RecordId;
  version: number;
  values: Record<string, Cell>;
  /** Null: nothing was different. */
  change_set: number | null;
}
export interface BatchChange {
  id: RecordId | null;
  version?: number;
  values?: Record<string, Cell>;
  delete?: true;
}
export interface BatchAnswer {
  change_set: number | null;
  results: { id: RecordId; version: number }[];
}
/** Many records: those of a filter and search but some, or these. */
export interface Meant {
  filter?: Filter | null;
  search?: string;
  without?: RecordId[];
  ids?: RecordId[];
}
/** One thing to do with them: a value for each, or the trash. */
export type ManyAct = { values: Record<string, Cell> } | { delete: true };
export interface ManyPreview {
  count: number;
  /** Null: too many to look at each. */
  changing: number | null;
  samples: { id: RecordId; name: string | null; before: Record<string, Cell>; after: Record<string, Cell> }[];
}
/** What was done, or with `job` what is being done; `kept` were changed by somebody else meanwhile. */
export interface ManyAnswer {
  change_set: number | null;
  count: number;
  kept?: number;
  job?: number;
}
export interface UndoAnswer {
  change_set: number | null;
  undone: number;
  /** What was overtaken by later changes and stays; of a large change set the first thousand. */
  conflicts: unknown[];
  /** How many of those there are, where not all are told. */
  kept?: number;
}
/** One field of a 409: what it was, what this person wrote, what somebody else wrote meanwhile. */
export interface ConflictField {
  base: Cell;
  yours: Cell;
  theirs: Cell;
  by: string | { id: number; name: string } | null;
  at: string;
}
export interface ConflictDetails {
  version: number;
  fields: Record<string, ConflictField>;
}

export type Via = 'table' | 'import' | 'api' | 'undo' | 'rule' | 'system' | 'command';
export type ChangeAction = 'create' | 'update' | 'delete' | 'restore' | 'purge';
export interface HistoryEntry {
  id: number;
  change_set: number;
  at: string;
  actor: { id: number; name: string } | null;
  via: Via;
  /** `move`: an update of nothing but the place of the row; `merge`: a deletion that made it a part of another. */
  action: ChangeAction | 'move' | 'merge';
  object: ObjectKey;
  record: RelationCell;
  label: string;
  /** Both values as a person reads them. */
  changes: { field: string; label: string; old: string; new: string }[];
  /** Of what was made: what it is about, as it is now. */
  brief: Record<string, Cell>;
  can_undo: boolean;
}

export type ViewKind = 'grid' | 'board' | 'calendar' | 'gallery' | 'form';
/** The columns of a board: one for each choice or person; and what is added up in each. */
export interface BoardPart {
  by: string;
  sum?: string;
}
/** On which day a record stands, and on all days up to which other one. */
export interface CalendarPart {
  date: string;
  end?: string;
}
/** What one fills in to make a record. */
export interface FormPart {
  title?: string;
  text?: string;
  fields?: string[];
  required?: string[];
}

export type ColorIcon = 'flag' | 'star' | 'heart' | 'alert' | 'check' | 'cross' | 'up' | 'down' | 'clock';
/** Colours the rows for which a filter holds, or one column of them; or draws bars behind a column's numbers. */
export type ColorRule =
  | { filter: Filter; target: 'row'; color: number; icon?: ColorIcon }
  | { filter: Filter; target: 'cell'; field: string; color: number; icon?: ColorIcon }
  | { field: string; bar: true; color: number };

export type RowHeight = 28 | 36 | 56 | 96;
export interface ViewSpec {
  filter?: Filter | null;
  sort?: Sort[];
  search?: string;
  group?: Level[];
  fields?: string[];
  widths?: Record<string, number>;
  frozen?: number;
  frozen_rows?: number;
  row_height?: RowHeight;
  /** Whether the number of its rows is told. */
  count?: boolean;
  board?: BoardPart;
  calendar?: CalendarPart;
  colors?: ColorRule[];
  form?: FormPart;
}
export interface View {
  id: number;
  object: ObjectKey;
  /** Of a view that the template brought. */
  key: string | null;
  name: string;
  kind: ViewKind;
  spec: ViewSpec;
  /** Null: shared with everybody. */
  owner: number | null;
  position: number;
  /** Nobody changes it before an administrator unlocks it. */
  locked: boolean;
  version: number;
  count: number | null;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export interface ErrorBody {
  code: string;
  message: string;
  field?: string;
  details?: unknown;
}
export interface Job {
  id: number;
  state: JobState;
  done: number;
  total: number;
  result: unknown;
  error: ErrorBody | null;
}

export type ManyKind = 'edit' | 'remove';
/** One's own act on many records, as it goes on. */
export interface RunningAct extends Job {
  object: ObjectKey;
  label: string;
  act: ManyKind;
}

/** The key of a role: `owner`, one of those that the program brings, or one of the company's own. */
export type Role = string;
export interface Me {
  user: { id: number; name: string; email: string; role: Role; language: Language; time_zone: string };
  company: { name: string; currency: string; language: Language; template: string };
  rights: {
    import: boolean;
    export: boolean;
    manage_fields: boolean;
    manage_people: boolean;
    backups: boolean;
    privacy: boolean;
  };
  /** Who looks at the program as this person; then nothing is changed. */
  viewer: string | null;
}

export interface SetupInfo {
  needed: boolean;
  templates: { key: string; label: Labels; fields: { key: string; label: string | Labels; kind: FieldKind }[] }[];
}

export interface Account {
  id: number;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  invited: boolean;
  two_factor: boolean;
  last_login: string | null;
}
export const TOKEN_VERBS = ['read', 'create', 'update', 'delete', 'import', 'export'] as const;
export type TokenVerb = (typeof TOKEN_VERBS)[number];
/** What a token may, by object. */
export type TokenScopes = Record<string, TokenVerb[]>;

export interface Token {
  id: number;
  name: string;
  scope: 'read' | 'write';
  last_used: string | null;
  expires_at: string | null;
  /** Null: all that the person may, as far as `scope` goes. */
  scopes: TokenScopes | null;
  created_at: string;
}

export interface Notification {
  id: number;
  at: string;
  kind: string;
  title: string;
  body: string;
  /** A path of this program, such as `/o/customers?record=7`. */
  link: string | null;
  read: boolean;
}

export interface Backup {
  name: string;
  at: string;
  size: number;
  verified: boolean;
}

export interface ReportPoint {
  /** Null: the rows that have nothing in the field. */
  key: string | null;
  label: string;
  value: number;
  /** Opens the rows behind the point. */
  filter: Filter | null;
}
export interface ReportTile {
  key: string;
  kind: 'bar' | 'pie' | 'line' | 'funnel' | 'number';
  title: string;
  field?: string;
  object?: ObjectKey;
  unit?: 'count' | 'money' | 'percent';
  series: { name: string; points: ReportPoint[] }[];
}
