import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import * as Reconciliation from "@effect-binance/portfolio-margin/Reconciliation"
import { assert, describe, it } from "@effect/vitest"
import { at, conditional as conditionalSighting, orderId, sighting } from "./support/sightings.ts"

const order = (id: number, clientOrderId: string, status = "NEW"): AccountState.Fact => ({
  _tag: "OrderSeen",
  sighting: sighting({ orderId: orderId(String(id)), clientOrderId, status, at: at(id) })
})

const conditional = (id: number, clientId: string, status = "NEW"): AccountState.Fact => ({
  _tag: "ConditionalSeen",
  sighting: conditionalSighting({ clientId, status, at: at(id) }, id)
})

const ids = (orders: ReadonlyArray<Reconciliation.AnyOrder>) =>
  orders.map((any) => any._tag === "Order" ? any.order.clientOrderId : any.order.clientId).sort()

describe("after a restart", () => {
  const { account } = AccountState.applyAll(AccountState.make(), [
    order(1, "carry-known"),
    order(2, "carry-orphan"),
    order(3, "carry-done", "FILLED"),
    order(4, "grid-other"),
    order(5, "autoclose-1"),
    order(6, "carry-old", "CANCELED"),
    conditional(7, "carry-stop"),
    conditional(8, "carry-stopped", "CANCELED"),
    conditional(9, "web_by_hand")
  ])[0]

  it("orders are this program's by its prefix, known or orphaned, or others'", () => {
    const seen = Reconciliation.make(account, {
      prefix: "carry-",
      known: ["carry-known", "carry-done", "carry-stopped", "carry-lost"]
    })
    assert.deepStrictEqual(ids(seen.open), ["carry-known"])
    assert.deepStrictEqual(ids(seen.orphans), ["carry-orphan", "carry-stop"])
    assert.deepStrictEqual(ids(seen.ended), ["carry-done", "carry-stopped"])
    assert.deepStrictEqual(seen.missing, ["carry-lost"])
    assert.deepStrictEqual(ids(seen.foreign), ["autoclose-1", "grid-other", "web_by_hand"])
  })

  it("two programs never claim one order", () => {
    const orphansOf = (prefix: string) => ids(Reconciliation.make(account, { prefix, known: [] }).orphans)
    assert.deepStrictEqual(orphansOf("grid-"), ["grid-other"])
    assert.deepStrictEqual(
      orphansOf("carry-").filter((id) => orphansOf("grid-").includes(id)),
      []
    )
  })

  it("of an id that was used again, the open order counts", () => {
    const [state] = AccountState.applyAll(AccountState.make(), [
      order(1, "carry-a", "CANCELED"),
      order(2, "carry-a"),
      order(3, "carry-a", "FILLED")
    ])
    const { ended, open } = Reconciliation.make(state.account, { prefix: "carry-", known: ["carry-a"] })
    assert.deepStrictEqual(open.map(({ order }) => order.status), ["NEW"])
    assert.deepStrictEqual(ended, [])
  })
})
