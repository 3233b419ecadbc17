import * as Account from "@effect-binance/simulator/Account"
import * as Accrual from "@effect-binance/simulator/Accrual"
import * as Engine from "@effect-binance/simulator/Engine"
import * as LedgerViews from "@effect-binance/simulator/LedgerViews"
import * as Loans from "@effect-binance/simulator/Loans"
import * as Parameters from "@effect-binance/simulator/MarginParameters"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Views from "@effect-binance/simulator/Views"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { accountOf, assertDecimal, d, margin, now, refused, run, succeeds } from "./support.ts"

const hour = 3_600_000

const day = 24 * hour

// 14:13:20 UTC.
const empty = Engine.make({ now, accounts: [Seed.emptyAccount("a", now)] })

const at = (state: Engine.State, time: number) => succeeds(Views.make(state, "a", time))

const told = (state: Engine.State) => Engine.deliver(state)[1].map(({ payload }) => payload)

const quiet = (state: Engine.State) => Engine.deliver(state)[0]

const borrow = (asset: string, amount: `${number}`): Engine.Command => ({
  _tag: "Borrow",
  accountId: "a",
  asset,
  amount: d(amount)
})

const repay = (asset: string, amount: `${number}`): Engine.Command => ({
  _tag: "Repay",
  accountId: "a",
  asset,
  amount: d(amount)
})

const wallet = (product: "UM" | "CM", asset: string, balance: `${number}`): Engine.Command => ({
  _tag: "SetWalletBalance",
  accountId: "a",
  product,
  asset,
  balance: d(balance)
})

const refusal = (state: Engine.State, command: Engine.Command, time = now) =>
  refused(Engine.apply(state, command, time)).code

const free = (state: Engine.State, asset: string) => Account.marginBalance(accountOf(state, "a"), asset).free

describe("loans", () => {
  it("are told on the stream, with their first hour of interest", () => {
    const state = run(quiet(run(empty, margin("a", "BTC", "1"))), borrow("BTC", "0.5"))
    assert.deepStrictEqual(told(state), [
      {
        e: "liabilityChange",
        E: now,
        a: "BTC",
        t: "BORROW",
        T: 100_000_001,
        p: "0.5",
        i: "0",
        l: "0.5"
      },
      { e: "balanceUpdate", E: now, a: "BTC", d: "0.50000000", U: 1_027_053_479_517, T: now },
      {
        e: "outboundAccountPosition",
        E: now,
        u: now,
        U: 1_027_053_479_518,
        B: [{ a: "BTC", f: "1.50000000", l: "0.00000000" }]
      },
      {
        e: "liabilityChange",
        E: now,
        a: "BTC",
        t: "INTEREST",
        T: 100_000_002,
        p: "0",
        i: "0.00000276",
        l: "0.50000276"
      }
    ])
  })

  it("leave records of loan, repayment and interest, newest first", () => {
    const first = run(empty, margin("a", "USDT", "1000"), borrow("USDT", "45.3313"))
    const later = Accrual.advance(first, now + 2 * hour)
    const state = succeeds(Engine.apply(later, repay("USDT", "14"), now + 2 * hour))[0]
    const view = at(state, now + 3 * hour)
    assert.deepStrictEqual(succeeds(LedgerViews.getMarginLoanRecords(view, { asset: "USDT" })), {
      rows: [{
        txId: 100_000_001,
        asset: "USDT",
        principal: "45.33130000",
        timestamp: now,
        status: "CONFIRMED"
      }],
      total: 1
    })
    assert.deepStrictEqual(succeeds(LedgerViews.getMarginRepayRecords(view, { asset: "USDT" })), {
      rows: [{
        amount: "14.00000000",
        asset: "USDT",
        interest: "0.00074985",
        principal: "13.99925015",
        status: "CONFIRMED",
        timestamp: now + 2 * hour,
        txId: 100_000_005
      }],
      total: 1
    })
    const interest = succeeds(LedgerViews.getMarginInterestHistory(view, { size: 2 }))
    assert.strictEqual(interest.total, 3)
    const full = Math.floor(now / hour) * hour
    assert.deepStrictEqual(interest.rows, [
      {
        txId: 100_000_004,
        interestAccuredTime: full + 2 * hour,
        asset: "USDT",
        rawAsset: "USDT",
        principal: "45.3313",
        interest: "0.00024995",
        interestRate: "0.00013233",
        type: "PERIODIC"
      },
      {
        txId: 100_000_003,
        interestAccuredTime: full + hour,
        asset: "USDT",
        rawAsset: "USDT",
        principal: "45.3313",
        interest: "0.00024995",
        interestRate: "0.00013233",
        type: "PERIODIC"
      }
    ])
    const [last] = succeeds(LedgerViews.getMarginInterestHistory(view, { size: 2, current: 2 })).rows
    assert.strictEqual(last?.type, "ON_BORROW")
  })

  it("are found by id, period and archive", () => {
    const state = run(empty, margin("a", "USDT", "1000"), borrow("USDT", "10"), borrow("USDT", "20"))
    const ids = (query: LedgerViews.Query & { readonly txId?: number }, time = now) =>
      succeeds(LedgerViews.getMarginLoanRecords(at(state, time), { asset: "USDT", ...query })).rows
        .map((row) => row.principal)
    assert.deepStrictEqual(ids({ txId: 100_000_001 }), ["10.00000000"])
    assert.deepStrictEqual(ids({}), ["20.00000000", "10.00000000"])
    assert.deepStrictEqual(ids({}, now + 7 * day), ["20.00000000", "10.00000000"])
    assert.deepStrictEqual(ids({}, now + 8 * day), [])
    assert.deepStrictEqual(ids({ startTime: now - day }, now + 20 * day), ["20.00000000", "10.00000000"])
    assert.deepStrictEqual(ids({ endTime: now + day }, now + 20 * day), ["20.00000000", "10.00000000"])
    assert.deepStrictEqual(ids({ startTime: now + 1 }, now + 2), [])
    assert.deepStrictEqual(ids({ startTime: now, archived: true }, now + 200 * day), ["20.00000000", "10.00000000"])
    assert.deepStrictEqual(ids({ startTime: now }, now + 200 * day), [])
    const refusedPeriod = (query: LedgerViews.Query) =>
      refused(LedgerViews.getMarginLoanRecords(at(state, now), { asset: "USDT", ...query })).code
    assert.strictEqual(refusedPeriod({ startTime: now, endTime: now - 1 }), -1130)
    assert.strictEqual(refusedPeriod({ startTime: now - 31 * day, endTime: now }), -1130)
    assert.strictEqual(refused(LedgerViews.getMarginLoanRecords(at(state, now), { asset: "NOPE" })).code, -1108)
  })

  it("accrue at full hours, however the time is passed", () => {
    const lent = run(empty, margin("a", "USDT", "1000"), borrow("USDT", "100"))
    const atOnce = Accrual.advance(lent, now + 5 * hour)
    let bit = lent
    for (let time = now; time <= now + 5 * hour; time += 7 * 60_000) bit = Accrual.advance(bit, time)
    bit = Accrual.advance(bit, now + 5 * hour)
    assert.deepStrictEqual(accountOf(bit, "a").margin, accountOf(atOnce, "a").margin)
    // 14:13 to 19:13: five full hours and the first one.
    assertDecimal(Account.marginBalance(accountOf(atOnce, "a"), "USDT").interest, "0.00330828")
    assert.strictEqual(Accrual.advance(atOnce, now), atOnce)
  })
})

describe("debts paid with other assets", () => {
  const debt = (
    asset: string,
    assets: ReadonlyArray<string>,
    amount?: `${number}`
  ): Engine.Command => ({
    _tag: "RepayDebt",
    accountId: "a",
    asset,
    assets,
    ...(amount === undefined ? {} : { amount: d(amount) })
  })

  const state = run(
    empty,
    margin("a", "BTC", "0.1", "0.2"),
    margin("a", "USDT", "4750"),
    margin("a", "ETH", "10")
  )

  it("take the owed asset first, then the named ones in order", () => {
    const [next, reply] = succeeds(Engine.apply(state, debt("BTC", ["USDT", "ETH"]), now))
    assert.deepStrictEqual(reply, {
      amount: "0.20000000",
      asset: "BTC",
      specifyRepayAssets: ["USDT", "ETH"],
      updateTime: now,
      success: true
    })
    assertDecimal(Account.marginBalance(accountOf(next, "a"), "BTC").borrowed, "0")
    assertDecimal(free(next, "BTC"), "0")
    assertDecimal(free(next, "USDT"), "0")
    // 0.05 BTC at 95000 for ETH at 3200, rounded up.
    assertDecimal(free(next, "ETH"), "8.515625")
    const [record] = succeeds(LedgerViews.getMarginRepayRecords(at(next, now), { asset: "BTC" })).rows
    assert.strictEqual(record?.amount, "0.20000000")
  })

  it("repay as far as the assets reach without an amount, all or nothing with one", () => {
    const [next] = succeeds(Engine.apply(state, debt("BTC", []), now))
    assertDecimal(Account.marginBalance(accountOf(next, "a"), "BTC").borrowed, "0.1")
    assert.strictEqual(refusal(state, debt("BTC", ["USDT"], "0.16")), -2018)
    succeeds(Engine.apply(state, debt("BTC", ["USDT"], "0.15"), now))
    assert.strictEqual(refusal(state, debt("BTC", ["USDT"], "0.21")), -3015)
    assert.strictEqual(refusal(state, debt("ETH", ["USDT"])), -3015)
    assert.strictEqual(refusal(state, debt("BTC", ["NOPE"])), -1108)
    const bare = run(empty, margin("a", "BTC", "0", "0.01"), margin("a", "USDT", "10000"))
    assert.strictEqual(refusal(bare, debt("BTC", [])), -2018)
  })

  it("spend no more than 50,000 USD of other assets", () => {
    const rich = run(empty, margin("a", "BTC", "0", "0.6"), margin("a", "USDT", "100000"))
    assert.strictEqual(refusal(rich, debt("BTC", ["USDT"])), -1130)
    succeeds(Engine.apply(rich, debt("BTC", ["USDT"], "0.5"), now))
  })
})

describe("debts that the exchange covers", () => {
  it("are paid with the same asset first, then with others, as far as they reach", () => {
    const state = run(
      empty,
      margin("a", "USDT", "10000", "4000"),
      margin("a", "BTC", "0", "0.1"),
      margin("a", "ETH", "2", "3")
    )
    const covered = Loans.coverDebts(state, "a", now)
    assertDecimal(Loans.owed(accountOf(covered, "a"), "USDT"), "0")
    // 6000 USDT are left after its own debt; at 95000 they buy 0.06315789 BTC, and a last digit of ETH with the rest.
    assertDecimal(Loans.owed(accountOf(covered, "a"), "BTC"), "0.03684211")
    assertDecimal(Loans.owed(accountOf(covered, "a"), "ETH"), "0.99999986")
    assertDecimal(free(covered, "USDT"), "0.000002")
    assertDecimal(free(covered, "ETH"), "0")
    assert.strictEqual(Loans.coverDebts(covered, "a", now), covered)
  })
})

describe("transfers", () => {
  const state = quiet(run(
    empty,
    margin("a", "BNB", "5"),
    margin("a", "USDT", "100"),
    wallet("UM", "USDT", "70"),
    wallet("UM", "BNB", "2"),
    wallet("CM", "BTC", "0.25"),
    wallet("CM", "ETH", "-1")
  ))

  it("collect everything positive but the BNB of UM", () => {
    const [next, reply] = succeeds(Engine.apply(state, { _tag: "CollectFunds", accountId: "a" }, now))
    assert.deepStrictEqual(reply, { msg: "success" })
    const { cmWallet, umWallet } = accountOf(next, "a")
    assertDecimal(free(next, "USDT"), "170")
    assertDecimal(free(next, "BTC"), "0.25")
    assertDecimal(umWallet.get("USDT")?.balance ?? d("1"), "0")
    assertDecimal(umWallet.get("BNB")?.balance ?? d("0"), "2")
    assertDecimal(cmWallet.get("ETH")?.balance ?? d("0"), "-1")
    assert.deepStrictEqual(told(next).map(({ e }) => e), [
      "ACCOUNT_UPDATE",
      "balanceUpdate",
      "outboundAccountPosition",
      "ACCOUNT_UPDATE",
      "balanceUpdate",
      "outboundAccountPosition"
    ])
    assert.deepStrictEqual(told(next)[0], {
      e: "ACCOUNT_UPDATE",
      fs: "UM",
      E: now,
      T: now,
      i: "",
      a: { m: "WITHDRAW", B: [{ a: "USDT", wb: "0.00000000", cw: "0.00000000", bc: "-70.00000000" }], P: [] }
    })
  })

  it("collect one asset, whole or in part", () => {
    const collect = (asset: string, part?: readonly [`${number}`, "UM" | "CM" | "OPTION"]): Engine.Command => ({
      _tag: "CollectAsset",
      accountId: "a",
      asset,
      part: part && { amount: d(part[0]), futureType: part[1] }
    })
    assertDecimal(free(run(state, collect("USDT")), "USDT"), "170")
    assertDecimal(free(run(state, collect("USDT", ["30.5", "UM"])), "USDT"), "130.5")
    assert.strictEqual(refusal(state, collect("USDT", ["70.1", "UM"])), -4050)
    assert.strictEqual(refusal(state, collect("USDT", ["1", "CM"])), -4050)
    assert.strictEqual(refusal(state, collect("USDT", ["1", "OPTION"])), -4050)
    assert.strictEqual(refusal(state, collect("BNB")), -1130)
    assert.strictEqual(refusal(state, collect("NOPE")), -1108)
  })

  it("move BNB to UM and back, ten times within ten minutes", () => {
    const bnb = (amount: `${number}`, transferSide: "TO_UM" | "FROM_UM"): Engine.Command => ({
      _tag: "TransferBnb",
      accountId: "a",
      amount: d(amount),
      transferSide
    })
    const [next, reply] = succeeds(Engine.apply(state, bnb("1.5", "TO_UM"), now))
    assert.deepStrictEqual(reply, { tranId: 100_000_001 })
    assertDecimal(free(next, "BNB"), "3.5")
    assertDecimal(free(run(next, bnb("3.5", "FROM_UM")), "BNB"), "7")
    assert.strictEqual(refusal(state, bnb("5.1", "TO_UM")), -2018)
    assert.strictEqual(refusal(state, bnb("2.1", "FROM_UM")), -4050)
    const often = run(state, ...Array.from({ length: 10 }, () => bnb("0.1", "TO_UM")))
    assert.strictEqual(refusal(often, bnb("0.1", "TO_UM"), now + 10 * 60_000 - 1), -1003)
    succeeds(Engine.apply(often, bnb("0.1", "TO_UM"), now + 10 * 60_000))
  })

  it("repay negative balances as far as the same asset reaches", () => {
    const short = run(state, margin("a", "ETH", "0.4"), wallet("UM", "USDT", "-30"))
    const [next] = succeeds(Engine.apply(short, { _tag: "RepayNegativeBalances", accountId: "a" }, now))
    assertDecimal(free(next, "ETH"), "0")
    assertDecimal(Account.wallet(accountOf(next, "a"), "CM", "ETH").balance, "-0.6")
    assertDecimal(free(next, "USDT"), "70")
    assertDecimal(Account.wallet(accountOf(next, "a"), "UM", "USDT").balance, "0")
  })

  it("repay negative balances by themselves before midnight, unless switched off", () => {
    const switchTo = (autoRepay: boolean): Engine.Command => ({ _tag: "SetAutoRepay", accountId: "a", autoRepay })
    const short = run(state, wallet("UM", "USDT", "-30"))
    assert.deepStrictEqual(LedgerViews.getAutoRepayFuturesStatus(at(short, now)), { autoRepay: true })
    const evening = Math.floor(now / day) * day + 22 * hour
    const owedAt = (state: Engine.State, time: number) =>
      Account.wallet(accountOf(Accrual.advance(state, time), "a"), "UM", "USDT").balance
    assertDecimal(owedAt(short, evening - 1), "-30")
    assertDecimal(owedAt(short, evening), "0")
    const off = run(short, switchTo(false))
    assert.deepStrictEqual(LedgerViews.getAutoRepayFuturesStatus(at(off, now)), { autoRepay: false })
    assertDecimal(owedAt(off, evening), "-30")
    const often = run(state, ...Array.from({ length: 20 }, (_, index) => switchTo(index % 2 === 0)))
    assert.strictEqual(refusal(often, switchTo(true)), -1003)
  })
})

describe("negative balances", () => {
  const off = run(empty, { _tag: "SetAutoRepay", accountId: "a", autoRepay: false }, margin("a", "BTC", "10"))
  const midnight = (Math.floor(now / day) + 1) * day

  it("bear a day of interest at midnight on what the wallets lack together", () => {
    const state: Engine.State = {
      ...run(off, margin("a", "USDT", "1000"), wallet("UM", "USDT", "-211500")),
      parameters: {
        ...Parameters.defaults,
        dailyInterestRates: new Map([["USDT", d("0.0001164")]]),
        negativeBalanceThresholds: new Map([["USDT", d("500")]])
      }
    }
    const charged = Accrual.advance(state, midnight)
    const view = at(charged, midnight)
    const expected = {
      asset: "USDT",
      interest: "24.444",
      interestAccuredTime: midnight,
      interestRate: "0.0001164",
      principal: "210000"
    }
    assert.deepStrictEqual(succeeds(LedgerViews.getPortfolioNegativeBalanceInterestHistory(view, {})), [expected])
    assert.deepStrictEqual(
      succeeds(LedgerViews.getPortfolioNegativeBalanceInterestHistory(view, { asset: "BTC" })),
      []
    )
    assertDecimal(Account.marginBalance(accountOf(charged, "a"), "USDT").interest, "24.444")
    assert.strictEqual(succeeds(LedgerViews.getMarginInterestHistory(view, {})).rows[0]?.type, "PORTFOLIO")
    assert.strictEqual(succeeds(Views.getBalance(at(state, now), "USDT")).negativeBalance, "210000.00000000")
  })

  it("are exchanged beyond their maximum, first by the same asset, then by others", () => {
    const state: Engine.State = {
      ...run(off, margin("a", "ETH", "6"), wallet("CM", "ETH", "-18")),
      parameters: { ...Parameters.defaults, negativeBalanceMaximums: new Map([["ETH", d("5")]]) }
    }
    const next = Accrual.advance(state, now + hour)
    const time = Accrual.next(state)
    const account = accountOf(next, "a")
    assertDecimal(Account.wallet(account, "CM", "ETH").balance, "0")
    assertDecimal(free(next, "ETH"), "0")
    // 12 ETH at 3200 for BTC at 95000, rounded up to 8 decimals.
    assertDecimal(free(next, "BTC"), "9.59578947")
    assert.deepStrictEqual(
      succeeds(LedgerViews.getNegativeBalanceExchangeRecords(at(next, now + hour), {
        startTime: now,
        endTime: now + hour
      })),
      {
        total: 1,
        rows: [{
          startTime: time,
          endTime: time,
          details: [{ asset: "ETH", negativeBalance: 18, negativeMaxThreshold: 5 }]
        }]
      }
    )
    const within = {
      ...state,
      parameters: { ...Parameters.defaults, negativeBalanceMaximums: new Map([["ETH", d("18")]]) }
    }
    assertDecimal(Account.wallet(accountOf(Accrual.advance(within, now + hour), "a"), "CM", "ETH").balance, "-18")
  })
})

describe("downloads", () => {
  const request = (kind: "trade" | "order" | "income", startTime = now - day): Engine.Command => ({
    _tag: "RequestDownload",
    accountId: "a",
    kind,
    startTime,
    endTime: now
  })

  it("are in work for a while, then there, then gone", () => {
    const [state, reply] = succeeds(Engine.apply(empty, request("trade"), now))
    assert.deepStrictEqual(reply, { avgCostTimestampOfLast30d: 60_000, downloadId: "546975389318332673" })
    const link = (time: number, kind: "trade" | "order" = "trade") =>
      LedgerViews.getDownloadLink(at(state, time), kind, "546975389318332673")
    assert.deepStrictEqual(succeeds(link(now + 59_999)), {
      downloadId: "546975389318332673",
      status: "processing",
      url: "",
      s3Link: null,
      notified: false,
      expirationTimestamp: -1,
      isExpired: null
    })
    const ready = succeeds(link(now + 60_000))
    assert.strictEqual(ready.status, "completed")
    assert.strictEqual(ready.expirationTimestamp, now + 60_000 + 7 * day)
    assert.isNotEmpty(ready.url)
    const gone = succeeds(link(now + 60_000 + 7 * day))
    assert.deepStrictEqual([gone.url, gone.isExpired], ["", true])
    assert.strictEqual(refused(link(now, "order")).code, -1130)
  })

  it("have a quota for each month", () => {
    const all = (kind: "trade" | "order" | "income", times: number) =>
      run(empty, ...Array.from({ length: times }, () => request(kind)))
    assert.strictEqual(refusal(all("trade", 5), request("trade")), -1003)
    assert.strictEqual(refusal(all("income", 5), request("income")), -1003)
    assert.strictEqual(refusal(all("order", 10), request("order")), -1003)
    succeeds(Engine.apply(all("trade", 5), request("order"), now))
    const date = new Date(now)
    const nextMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
    assert.strictEqual(refusal(all("trade", 5), request("trade"), nextMonth - 1), -1003)
    succeeds(Engine.apply(all("trade", 5), request("trade"), nextMonth))
  })

  it("are about a year at most", () => {
    assert.strictEqual(refusal(empty, request("trade", now - 367 * day)), -1130)
    assert.isTrue(Result.isSuccess(Engine.apply(empty, request("trade", now - 366 * day), now)))
  })
})
