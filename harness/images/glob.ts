/**
 * A pattern of .dockerignore or COPY as an expression over a whole path: `*` and `?` stay within
 * a folder, `**` does not.
 */
export function globExpression(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (pattern.startsWith("**", i)) {
      const folders = pattern[i + 2] === "/";
      source += folders ? "(?:.*/)?" : ".*";
      i += folders ? 2 : 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[" && pattern.includes("]", i + 2)) {
      const end = pattern.indexOf("]", i + 2);
      source += `[${pattern
        .slice(i + 1, end)
        .replaceAll("\\", "\\\\")
        .replace(/^!/, "^")}]`;
      i = end;
    } else if (char === "\\" && i + 1 < pattern.length)
      source += RegExp.escape(pattern.charAt(++i));
    else source += RegExp.escape(char);
  }
  try {
    return new RegExp(`^${source}$`, "s");
  } catch {
    return /(?!)/; // such as [z-a]: fits nothing, and the builder says so
  }
}

export const isGlob = (pattern: string): boolean => /[*?[\\]/.test(pattern);
