/** An expression that fits this text and nothing else. (Node 22 has no RegExp.escape.) */
export const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
