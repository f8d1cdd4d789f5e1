export const comparisonKey = (id: number) => ['comparison', id];
export const differencesKey = (id: number) => ['comparison-rows', id];
