import common from './common.json';
import fields from './fields.json';
import grid from './grid.json';
import imports from './imports.json';
import kinds from './kinds.json';
import reports from './reports.json';
import settings from './settings.json';
import shell from './shell.json';
import table from './table.json';
import welcome from './welcome.json';

export default { common, fields, grid, imports, kinds, reports, settings, shell, table, welcome };
