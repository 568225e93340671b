/** What an arm has made is swept away two days later, if its owner can't be seen: see labels.ts. */
export const longestLimitSeconds = 12 * 3600;
