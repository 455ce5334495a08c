export type ClassValue = string | number | null | undefined | false | ClassValue[] | { [name: string]: unknown };

/** Joins class names; leaves out whatever is empty or false. An object contributes the keys whose value is true. */
export function cn(...values: ClassValue[]): string {
  const names: string[] = [];
  for (const value of values) {
    if (!value) continue;
    if (Array.isArray(value)) {
      const inner = cn(...value);
      if (inner) names.push(inner);
    } else if (typeof value === "object") {
      for (const [name, on] of Object.entries(value)) if (on) names.push(name);
    } else {
      names.push(String(value));
    }
  }
  return names.join(" ");
}
