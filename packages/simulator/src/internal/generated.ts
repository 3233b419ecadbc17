import * as Decimal from "@effect-binance/core/Decimal"
import * as Field from "@effect-binance/core/Field"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

// Schemas alone give figures of hundreds of digits, times before Christ and symbols of control characters. Here a schema is
// walked, and what a field may hold is told by its kind and its name.

type Any = Arbitrary.Arbitrary<unknown>

type AnySchema = Schema.Codec<unknown, unknown>

const schemaOf = (ast: SchemaAST.AST): AnySchema => Schema.make<AnySchema>(ast)

// Kinds are told by what a schema takes, so that nothing depends on how it is written.
const holds = (ast: SchemaAST.AST, value: unknown): boolean => Schema.is(schemaOf(ast))(value)

const reads = (ast: SchemaAST.AST, sent: unknown): boolean =>
  Schema.decodeUnknownResult(schemaOf(ast))(sent)._tag === "Success"

const int = (minimum: number, maximum: number): Arbitrary.Arbitrary<number> =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const oneOf = <A>(first: A, ...others: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(int(0, others.length), (index) => others[index - 1] ?? first)

const either = <A>(
  first: Arbitrary.Arbitrary<A>,
  ...others: ReadonlyArray<Arbitrary.Arbitrary<A>>
): Arbitrary.Arbitrary<A> => Arbitrary.flatMap(oneOf(first, ...others), (one) => one)

/** The first but for one time in so many. */
const mostly = <A, B>(
  often: Arbitrary.Arbitrary<A>,
  oneIn: number,
  seldom: Arbitrary.Arbitrary<B>
): Arbitrary.Arbitrary<A | B> =>
  Arbitrary.flatMap(int(0, oneIn - 1), (n): Arbitrary.Arbitrary<A | B> => n === oneIn - 1 ? seldom : often)

const textOf = (alphabet: string, minimum: number, maximum: number): Arbitrary.Arbitrary<string> =>
  Arbitrary.map(
    Arbitrary.flatMap(
      int(minimum, maximum),
      (length) => Arbitrary.array(int(0, alphabet.length - 1), { minLength: length, maxLength: length })
    ),
    (indices) => indices.map((index) => alphabet.charAt(index)).join("")
  )

// -----------------------------------------------------------------------------
// Figures, times, ids
// -----------------------------------------------------------------------------

const figure = (minimum: number, maximum: number, scale: number) =>
  Arbitrary.map(
    Arbitrary.all([int(minimum, maximum), int(0, scale)]),
    ([units, places]) => BigDecimal.normalize(BigDecimal.make(BigInt(units), places))
  )

const quantity = figure(0, 100_000_000, 8)
const price = figure(1, 20_000_000, 4)
const rate = figure(0, 10_000, 6)
const signed = figure(-1_000_000_000, 1_000_000_000, 8)

const decimal = (name: string) => {
  if (/rate|ratio|mmr/i.test(name)) return mostly(rate, 4, signedRate)
  if (/price/i.test(name)) return mostly(price, 6, Arbitrary.Constant(BigDecimal.fromBigInt(0n)))
  return /profit|pnl|income|amt|delta|change|balance|negative/i.test(name) ? signed : quantity
}

const signedRate = figure(-10_000, 10_000, 6)

const orNever = new Set(["goodTillDate"])

// From the opening of the exchange to the middle of the century.
const instant = (name: string) =>
  Arbitrary.map(
    orNever.has(name)
      ? mostly(int(1_500_000_000_000, 2_500_000_000_000), 2, Arbitrary.Constant(0))
      : int(1_500_000_000_000, 2_500_000_000_000),
    (millis) => DateTime.makeUnsafe(millis)
  )

const wholeNumber = (name: string) =>
  /leverage/i.test(name) ? int(1, 125) : /tier|bracket/i.test(name) ? int(0, 20) : int(0, 1_000_000)

const safe = 2 ** 53

const ordinaryId = int(1, safe - 1)

const longId = Arbitrary.schema(
  Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: BigInt(safe), maximum: 2n ** 63n - 1n }))
)

// Ids that are sent as numbers may be beyond what a double holds; `textOfBody` writes them without quotes.
const id = (sentAs: SchemaAST.AST) => {
  const sent = Schema.encodeUnknownResult(schemaOf(sentAs))("1")
  const short = Arbitrary.map(ordinaryId, String)
  return sent._tag === "Success" && typeof sent.success === "number"
    ? mostly(short, 4, Arbitrary.map(longId, String))
    : short
}

// -----------------------------------------------------------------------------
// Text
// -----------------------------------------------------------------------------

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
const alphanumeric = `${letters}${letters.toLowerCase()}0123456789`

const symbol = oneOf("BTCUSDT", "ETHUSDT", "SOLUSDT", "1000PEPEUSDT", "币安人生USDT", "BTCUSD_PERP", "ETHUSD_250926")
const asset = oneOf("USDT", "BTC", "ETH", "BNB", "USDC", "1000PEPE", "币安人生")
const clientId = mostly(
  textOf(`${alphanumeric}.:/_-`, 1, 36),
  8,
  oneOf("autoclose-1733356791200", "adl_autoclose", "settlement_autoclose-1733356791200")
)

const text = (name: string): Arbitrary.Arbitrary<string> => {
  if (/symbol|pair/i.test(name)) return symbol
  if (/asset/i.test(name)) return asset
  if (/client.*id$/i.test(name)) return clientId
  if (/listenKey/.test(name)) return textOf(alphanumeric, 64, 64)
  if (/url|link/i.test(name)) {
    return Arbitrary.map(textOf(alphanumeric, 8, 24), (path) => `https://bin-prod.s3.example.com/${path}`)
  }
  return /^(?:msg|message|reason)/i.test(name) ? oneOf("success", "") : textOf(`${alphanumeric}_ `, 1, 20)
}

// -----------------------------------------------------------------------------
// Schemas
// -----------------------------------------------------------------------------

const isLiteral = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Literal" || (ast._tag === "Union" && ast.types.every(isLiteral))

const unknownMember = Arbitrary.map(textOf(letters, 3, 10), (word) => `UNDOCUMENTED_${word}`)

const union = (types: ReadonlyArray<SchemaAST.AST>, name: string, sentAs: SchemaAST.AST): Any => {
  const known = types.filter(isLiteral)
  const others = types.filter((type) => !isLiteral(type))
  const [first, ...rest] = [...known, ...others].map((type) => of(type, name, sentAs))
  if (first === undefined) return Arbitrary.Constant(null)
  // An enumeration that may grow.
  if (known.length === 1 && others.length === 1 && others[0]?._tag === "String") {
    return mostly(first, 12, unknownMember)
  }
  const [second, ...more] = rest
  if (second !== undefined && more.length === 0 && types.some(({ _tag }) => _tag === "Null")) {
    return mostly(first, 4, second)
  }
  return either(first, ...rest)
}

const nothing: unique symbol = Symbol("nothing")

const record = (entries: ReadonlyArray<readonly [string, Any]>): Arbitrary.Arbitrary<{ [name: string]: unknown }> =>
  Arbitrary.map(
    Arbitrary.all(entries.map(([, arbitrary]) => arbitrary)),
    (values) =>
      Object.fromEntries(entries.flatMap(([name], at) => values[at] === nothing ? [] : [[name, values[at]] as const]))
  )

const objects = (ast: SchemaAST.Objects, name: string): Any => {
  const fields = ast.propertySignatures.map(({ name, type }) => {
    const field = of(type, String(name), type)
    const isOptional = type.context?.isOptional === true
    return [String(name), isOptional ? mostly(field, 4, Arbitrary.Constant(nothing)) : field] as const
  })
  const [index] = ast.indexSignatures
  if (index === undefined) return record(fields)
  const values = index.type._tag === "Unknown" ? textOf(alphanumeric, 0, 8) : of(index.type, name, index.type)
  const keys = index.type._tag === "Unknown" ? textOf(letters.toLowerCase(), 1, 8) : symbol
  return Arbitrary.map(
    Arbitrary.all([record(fields), Arbitrary.array(Arbitrary.all([keys, values]), { maxLength: 3 })]),
    ([fixed, entries]) => ({ ...fixed, ...Object.fromEntries(entries) })
  )
}

const rows = (row: Any) => Arbitrary.map(Arbitrary.array(row, { maxLength: 4 }), (all) => Field.makeRows(all))

const aDecimal = BigDecimal.fromBigInt(1n)
const anInstant = DateTime.makeUnsafe(0)

/** Values that a schema decodes to; `sentAs` is the schema that says how they are sent. */
const of = (ast: SchemaAST.AST, name: string, sentAs: SchemaAST.AST): Any => {
  const row = Field.rowOf(schemaOf(ast))
  if (row !== undefined) {
    const one = of(row.ast, name, row.ast)
    // One row or a list of them.
    return ast._tag === "Union" ? either(one, rows(one)) : rows(one)
  }
  switch (ast._tag) {
    case "Objects":
      return objects(ast, name)
    case "Union":
      return union(ast.types, name, sentAs)
    case "Arrays": {
      const [rest] = ast.rest
      const fixed = Arbitrary.all(ast.elements.map((element) => of(element, name, element)))
      return rest === undefined
        ? fixed
        : Arbitrary.map(
          Arbitrary.all([fixed, Arbitrary.array(of(rest, name, rest), { maxLength: 3 })]),
          ([first, others]) => [...first, ...others]
        )
    }
    case "String":
      if (!holds(ast, "x")) return id(sentAs)
      return reads(sentAs, "x") ? text(name) : Arbitrary.map(decimal(name), Decimal.formatExact)
    case "Number":
      return holds(ast, 0.5) ? Arbitrary.map(decimal(name), BigDecimal.toNumberUnsafe) : wholeNumber(name)
    case "Unknown":
      return textOf(alphanumeric, 0, 8)
    case "Declaration":
      if (holds(ast, aDecimal)) return decimal(name)
      if (holds(ast, anInstant)) return instant(name)
      // Hidden text.
      return Arbitrary.filterMap(text(name), Schema.decodeUnknownResult(schemaOf(sentAs)))
    default:
      return Arbitrary.schema(schemaOf(ast))
  }
}

/** What a schema's values are sent as. */
export const bodies = (schema: Schema.Codec<unknown, unknown>): Arbitrary.Arbitrary<Schema.Json> => {
  const encode = Schema.encodeUnknownResult(schema)
  const isJson = Schema.is(Schema.Json)
  return Arbitrary.filterMap(of(schema.ast, "", schema.ast), encode).pipe(Arbitrary.filter(isJson))
}

/** A body as it comes over the wire: ids beyond 2^53 are numbers there. No other text has so many digits and nothing else. */
export const textOfBody = (body: Schema.Json): string =>
  JSON.stringify(body).replaceAll(
    /"(\d{16,19})"/g,
    (quoted, digits: string) => Number(digits) >= safe ? digits : quoted
  )
