import common from './common.json';
import grid from './grid.json';
import shell from './shell.json';
import welcome from './welcome.json';

export default { common, grid, shell, welcome };
