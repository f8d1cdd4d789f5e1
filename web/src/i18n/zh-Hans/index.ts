import common from './common.json';
import fields from './fields.json';
import grid from './grid.json';
import reports from './reports.json';
import shell from './shell.json';
import table from './table.json';
import welcome from './welcome.json';

export default { common, fields, grid, reports, shell, table, welcome };
