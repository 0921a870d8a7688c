// Which part of the package's JSON Schema speaks about a place: $ref, oneOf, properties, items are all it uses.

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string;
  enum?: string[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  pattern?: string;
}

/** With what a reference says beside it. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  const target = root.$defs?.[$ref.replace("#/$defs/", "")];
  return target === undefined ? beside : { ...resolve(target, root), ...beside };
}

/** All that may hold at a path; `value` is what stands at the top, and rules alternatives out that it contradicts. */
export function schemasAt(root: Schema, path: (string | number)[], value: unknown): Schema[] {
  let found = alternatives(root, root, value);
  let at = value;
  for (const step of path) {
    at = (at as Record<string | number, unknown> | null | undefined)?.[step];
    const here = at;
    found = found.flatMap((schema) => alternatives(below(schema, step), root, here));
  }
  return found;
}

function below(schema: Schema, step: string | number): Schema | undefined {
  if (typeof step === "number") return schema.items;
  const own = schema.properties?.[step];
  if (own !== undefined) return own;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

function alternatives(schema: Schema | undefined, root: Schema, value: unknown): Schema[] {
  if (schema === undefined) return [];
  const { oneOf, ...resolved } = resolve(schema, root);
  if (oneOf === undefined) return [resolved];
  const all = oneOf.map((one) => resolve(one, root));
  const fitting = all.filter((one) => fits(one, value));
  // The description of the whole stands where an alternative has none.
  return (fitting.length > 0 ? fitting : all).flatMap((one) => alternatives(one, root, value).map((each) => ({ ...(resolved.description === undefined ? {} : { description: resolved.description }), ...each })));
}

/** An alternative is ruled out by its kind, and by a word it fixes otherwise (`scheme`, `grant`). */
function fits(schema: Schema, value: unknown): boolean {
  if (value === undefined) return true;
  const kind = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  if (schema.type !== undefined && schema.type !== kind && !(schema.type === "integer" && kind === "number")) return false;
  if (kind !== "object") return true;
  return Object.entries(schema.properties ?? {}).every(([name, { enum: words }]) => {
    const given = (value as Record<string, unknown>)[name];
    return words === undefined || words.length !== 1 || given === undefined || words.includes(String(given));
  });
}

/** Fields of all alternatives, the needed ones first. */
export function fieldsOfAll(schemas: Schema[], root: Schema): { name: string; schema: Schema; needed: boolean }[] {
  const fields = new Map<string, { name: string; schema: Schema; needed: boolean }>();
  for (const { properties = {}, required = [] } of schemas) {
    for (const [name, schema] of Object.entries(properties)) {
      const known = fields.get(name);
      const resolved = resolve(schema, root);
      const words = [...(known?.schema.enum ?? []), ...(resolved.enum ?? [])];
      fields.set(name, {
        name,
        schema: words.length > 0 ? { ...resolved, enum: [...new Set(words)] } : resolved,
        needed: required.includes(name) && (known?.needed ?? true),
      });
    }
  }
  return [...fields.values()].sort((one, other) => Number(other.needed) - Number(one.needed));
}
