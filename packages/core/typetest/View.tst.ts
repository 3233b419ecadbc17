import type * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import * as View from "@effect-binance/core/View"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

interface Row {
  readonly orderId: Ids.OrderId
  readonly status: Field.OpenEnum<"NEW" | "FILLED">
  readonly price: BigDecimal.BigDecimal
  readonly avgPrice?: BigDecimal.BigDecimal
  readonly absent: BigDecimal.BigDecimal | null
  readonly time: DateTime.Utc
  readonly key: Redacted.Redacted
  readonly legs: ReadonlyArray<{ readonly qty: BigDecimal.BigDecimal; readonly flag: boolean }>
  readonly byName: { readonly [name: string]: BigDecimal.BigDecimal }
}

describe("Numeric", () => {
  it("exchanges decimals at any depth, and nothing else", () => {
    type Numeric = View.Numeric<Row>
    expect<Numeric["price"]>().type.toBe<number>()
    expect<Numeric["absent"]>().type.toBe<number | null>()
    expect<Numeric["legs"]>().type.toBe<ReadonlyArray<{ readonly qty: number; readonly flag: boolean }>>()
    expect<Numeric["byName"]>().type.toBe<{ readonly [name: string]: number }>()
    expect<Numeric["orderId"]>().type.toBe<Ids.OrderId>()
    expect<Numeric["status"]>().type.toBe<Field.OpenEnum<"NEW" | "FILLED">>()
    expect<Numeric["time"]>().type.toBe<DateTime.Utc>()
    expect<Numeric["key"]>().type.toBe<Redacted.Redacted>()
  })

  it("keeps optional keys optional", () => {
    expect<Pick<View.Numeric<Row>, "avgPrice">>().type.toBe<{ readonly avgPrice?: number }>()
  })

  it("keeps lists with their unreadable rows", () => {
    expect<View.Numeric<Field.Rows<Row>>>().type.toBe<Field.Rows<View.Numeric<Row>>>()
    expect<View.Numeric<Field.Rows<Row> | Row>>().type.toBe<Field.Rows<View.Numeric<Row>> | View.Numeric<Row>>()
  })

  it("is what the schema and the endpoint give", () => {
    const schema = {} as Schema.Codec<Row, string>
    expect(View.numeric(schema)).type.toBe<Schema.Codec<View.Numeric<Row>, string>>()
  })
})

describe("Textual", () => {
  it("exchanges decimals for text", () => {
    expect<View.Textual<Row>["price"]>().type.toBe<string>()
    expect<View.Textual<Row>["absent"]>().type.toBe<string | null>()
    expect<View.Textual<Row>["orderId"]>().type.toBe<Ids.OrderId>()
  })
})
