/** Out of date whenever the import is that they belong to. */
export const comparisonKey = (id: number) => ['import', id, 'comparison'];
export const differencesKey = (id: number) => ['import', id, 'differences'];
