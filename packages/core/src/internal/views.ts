import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** How figures come out: exact (`BigDecimal`, the definition itself), as numbers, or as checked decimal text. */
export type View = "number" | "text"

/** The same schema in the other views. */
export interface Views {
  readonly number: Schema.Codec<unknown, unknown>
  readonly text: Schema.Codec<unknown, unknown>
}

/** The annotation under which a schema carries its other views. */
export const annotation = "effect-binance/views"

/** Views that are made when they are first asked for. */
export const of = (make: (view: View) => Schema.Codec<unknown, unknown>): Views => {
  let number: Schema.Codec<unknown, unknown> | undefined
  let text: Schema.Codec<unknown, unknown> | undefined
  return {
    get number() {
      return number ??= make("number")
    },
    get text() {
      return text ??= make("text")
    }
  }
}

const isViews = (u: unknown): u is Views => typeof u === "object" && u !== null && "number" in u && "text" in u

const rewritten = {
  number: new WeakMap<SchemaAST.AST, SchemaAST.AST>(),
  text: new WeakMap<SchemaAST.AST, SchemaAST.AST>()
}

const rewriteAst = (ast: SchemaAST.AST, view: View): SchemaAST.AST => {
  const known = rewritten[view].get(ast)
  if (known !== undefined) return known
  const made = make(ast, view)
  rewritten[view].set(ast, made)
  return made
}

const keepOptional = (from: SchemaAST.AST, to: SchemaAST.AST): SchemaAST.AST =>
  from.context?.isOptional === true && to.context?.isOptional !== true
    ? Schema.optionalKey(Schema.make<Schema.Codec<unknown, unknown>>(to)).ast
    : to

const make = (ast: SchemaAST.AST, view: View): SchemaAST.AST => {
  const found = Schema.resolveAnnotations(Schema.make<Schema.Codec<unknown>>(ast))?.[annotation]
  if (isViews(found)) return keepOptional(ast, found[view].ast)
  if (ast.encoding !== undefined) return ast
  if (ast._tag === "Objects") {
    return new SchemaAST.Objects(
      ast.propertySignatures.map(({ name, type }) => new SchemaAST.PropertySignature(name, rewriteAst(type, view))),
      ast.indexSignatures.map(({ parameter, type }) => new SchemaAST.IndexSignature(parameter, rewriteAst(type, view))),
      ast.annotations,
      undefined,
      undefined,
      ast.context
    )
  }
  if (ast._tag === "Arrays") {
    return new SchemaAST.Arrays(
      ast.isMutable,
      ast.elements.map((element) => rewriteAst(element, view)),
      ast.rest.map((element) => rewriteAst(element, view)),
      ast.annotations,
      undefined,
      undefined,
      ast.context
    )
  }
  if (ast._tag === "Union") {
    return new SchemaAST.Union(
      ast.types.map((type) => rewriteAst(type, view)),
      ast.options,
      ast.annotations,
      undefined,
      undefined,
      ast.context
    )
  }
  return ast
}

/** The schema with each figure in another view. */
export const rewrite = (schema: { readonly ast: SchemaAST.AST }, view: View): Schema.Codec<unknown, unknown> =>
  Schema.make<Schema.Codec<unknown, unknown>>(rewriteAst(schema.ast, view))
