/** Typed `let` constants in front of a query. */

export type Constant =
  | { readonly type: "datetime"; readonly value: string }
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "dynamic"; readonly value: readonly string[] };

/** Writes the constants as `let` statements. */
export const kqlConstants = (constants: Readonly<Record<string, Constant>>): string =>
  Object.entries(constants)
    .map(([name, constant]) => `let ${name} = ${literal(constant)};\n`)
    .join("");

function literal(constant: Constant): string {
  if (constant.type === "int") return `int(${Math.trunc(constant.value)})`;
  if (constant.type === "dynamic") return `dynamic(${JSON.stringify(constant.value)})`;
  const seconds = new Date(constant.value).toISOString().slice(0, -5);
  return `datetime(${seconds}${/\.\d+/.exec(constant.value)?.[0] ?? ""}Z)`;
}
