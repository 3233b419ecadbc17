/** The tables, and the document around them. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as os from "node:os"
import * as path from "node:path"
import { type ClientName, titles } from "./clients.ts"

/** A client's figure by itself, and beside the floor's (or `JSON.parse`'s) of the same round. */
export interface Figure {
  readonly value: number
  readonly ratio: number
}

export type Figures = ReadonlyMap<ClientName, Figure>

interface RowKind {
  readonly title: string
  /** Of the ratio, or of the value itself, as `unit` writes it. */
  readonly goal:
    | { readonly atMost: number }
    | { readonly atLeast: number }
    | { readonly valueAtLeast: number }
    | undefined
  /** How the floor's own figure is written. */
  readonly unit: (value: number) => string
  /** All are written so, and none as a ratio. */
  readonly absolute?: boolean
}

export interface Row extends RowKind {
  readonly figures: Figures
}

const micros = (value: number): string => `${value < 1000 ? Math.round(value) : Math.round(value / 10) * 10} µs`
const fine = (value: number): string => `${value.toFixed(1)} µs`
const megabytes = (value: number): string => `${(value / 1e6).toFixed(1)} MB`
const millis = (value: number): string => `${(value / 1000).toFixed(1)} ms`
const perSecond = (value: number): string => `${Math.round(value / 100) * 100}/s`

/** What is measured, and the goals set for it. */
export const rows = {
  account: { title: "one signed read (account), p50", goal: undefined, unit: micros },
  order: { title: "one signed order, p50", goal: { atMost: 1.2 }, unit: micros },
  orderTail: { title: "the same, p99", goal: undefined, unit: micros },
  orderCpu: { title: "the same, CPU", goal: { atMost: 1.2 }, unit: micros },
  orderTls: { title: "one signed order over TLS, p50", goal: { atMost: 1.25 }, unit: micros },
  orderTlsCpu: { title: "the same, CPU", goal: undefined, unit: micros },
  throughput: { title: "orders a second at concurrency 64", goal: { atLeast: 1 }, unit: perSecond },
  list: { title: "1000 orders, p50 of the whole call", goal: undefined, unit: millis },
  listCpu: { title: "1000 orders, CPU of the whole call", goal: { atMost: 1.4 }, unit: millis },
  decode: { title: "decoding 1000 orders, times `JSON.parse`", goal: { atMost: 1.7 }, unit: millis },
  decodeText: { title: "the same with decimals as checked text", goal: { atMost: 1.3 }, unit: millis },
  decodeDocumented: { title: "the same with documented fields alone", goal: undefined, unit: millis },
  decodeBeyond: { title: "the same with ids above 2^53", goal: undefined, unit: millis },
  event: { title: "one account event, read (ours: and applied), times `JSON.parse`", goal: undefined, unit: fine },
  eventCpu: { title: "one account event, CPU", goal: undefined, unit: fine },
  eventRate: { title: "account events a second", goal: { valueAtLeast: 10_000 }, unit: perSecond, absolute: true },
  eventWhole: { title: "one account event through stream and mirror, times `JSON.parse`", goal: undefined, unit: fine },
  eventWholeCpu: { title: "one account event through stream and mirror, CPU", goal: undefined, unit: fine },
  eventWholeRate: {
    title: "account events a second through stream and mirror",
    goal: { valueAtLeast: 10_000 },
    unit: perSecond,
    absolute: true
  },
  eventHeap: { title: "memory held after a million events", goal: undefined, unit: megabytes, absolute: true },
  eventHeapMore: { title: "of which since the first half million", goal: undefined, unit: megabytes, absolute: true }
} satisfies { readonly [name: string]: RowKind }

const order: ReadonlyArray<RowKind> = Object.values(rows)

const sorted = (measured: ReadonlyArray<Row>): ReadonlyArray<Row> => [...measured].sort((a, b) => place(a) - place(b))

// Two rows share a title; the goal tells them apart.
const place = (row: RowKind): number =>
  order.findIndex(({ goal, title, unit }) => title === row.title && goal === row.goal && unit === row.unit)

const ratio = (value: number): string => value < 10 ? value.toFixed(2) : value.toFixed(0)

const goalOf = ({ goal, unit }: RowKind): string =>
  goal === undefined
    ? ""
    : "atMost" in goal
    ? `<= ${goal.atMost}`
    : "atLeast" in goal
    ? `>= ${goal.atLeast}`
    : `>= ${unit(goal.valueAtLeast)}`

const standing = (row: Row): string => {
  const own = row.figures.get("effectBinance")
  if (own === undefined || row.goal === undefined) return ""
  const met = "atMost" in row.goal
    ? own.ratio <= row.goal.atMost
    : "atLeast" in row.goal
    ? own.ratio >= row.goal.atLeast
    : own.value >= row.goal.valueAtLeast
  return met ? "met" : "not met"
}

const lines = (cells: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: ReadonlyArray<string>) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [head = [], ...rest] = cells
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rest.map(line)].join("\n")
}

/** A table of ratios, one client a line. */
export const table = (measured: ReadonlyArray<Row>, clients: ReadonlyArray<ClientName>): string =>
  sorted(measured).map((row) => {
    const head = `${row.title}${row.goal === undefined ? "" : ` (goal ${goalOf(row)}: ${standing(row)})`}`
    return [
      head,
      ...clients.flatMap((name) => {
        const figure = row.figures.get(name)
        return figure === undefined
          ? []
          : [
            `  ${titles[name].padEnd(40)} ${(row.absolute === true ? "" : ratio(figure.ratio)).padStart(6)}   ${
              row.unit(figure.value)
            }`
          ]
      })
    ].join("\n")
  }).join("\n")

// The versions of what is installed; a package that hides its manifest is looked up beside its entry.
const versionOf = (name: string): string => {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest: { readonly version?: unknown } = JSON.parse(
        readFileSync(path.join(folder, name, "package.json"), "utf8")
      )
      return String(manifest.version)
    } catch {
      continue
    }
  }
  return "?"
}

const compared = [
  "effect",
  "undici",
  "binance",
  "@binance/derivatives-trading-portfolio-margin",
  "ccxt"
]

const short: { readonly [Name in ClientName]: string } = {
  floor: "floor",
  effectBinance: "**ours**",
  effectBinanceFetch: "ours, fetch",
  effectBinanceStock: "ours, Effect's undici",
  binance: "binance",
  binanceBeautified: "binance, beautified",
  connector: "connector",
  connectorAgent: "connector, own agent",
  ccxt: "ccxt"
}

const cell = (row: Row, name: ClientName): string => {
  const figure = row.figures.get(name)
  if (figure === undefined) return "-"
  return name === "floor" || row.absolute === true ? row.unit(figure.value) : ratio(figure.ratio)
}

const measuredOf = (row: Row): string => {
  const own = row.figures.get("effectBinance")
  return row.absolute === true ? row.unit(own?.value ?? NaN) : ratio(own?.ratio ?? NaN)
}

/** The document: the table beside the goals, and how to read it. */
export const document = (measured: ReadonlyArray<Row>, clients: ReadonlyArray<ClientName>): string => {
  const rows = sorted(measured)
  const goals = lines([
    ["", "goal", "measured", ""],
    ...rows.filter(({ goal }) => goal !== undefined).map((row) => [
      row.title,
      goalOf(row),
      measuredOf(row),
      standing(row)
    ])
  ])
  const all = lines([
    ["", ...clients.map((name) => short[name])],
    ...rows.map((row) => [row.title].concat(clients.map((name) => cell(row, name))))
  ])
  const versions = compared.map((name) => `\`${name}\` ${versionOf(name)}`).join(", ")
  return `# Benchmarks

<!-- Written by \`npx -y pnpm@12 bench --write\`; change benchmarks/src/report.ts instead. -->

How this client compares with the least that can be done on Node.js (the floor: undici's \`Pool.request\`, a signature by
\`node:crypto\`, \`JSON.parse\`), and with other clients of the same API. Everything runs on one machine against a server that
answers at once, so what is seen is the cost of the clients alone. Against the exchange itself the network comes on top,
and to one call it adds the same for all of them.

Measured on ${
    new Date().toISOString().slice(0, 10)
  }: Node.js ${process.version}, ${process.platform} ${process.arch}, ${os.availableParallelism()} cores shared with other work; ${versions}.

## Goals

Ratios to the floor; for decoding and account events, to \`JSON.parse\`. Events a second are counted on one core.

${goals}

## All clients

The floor in its own unit, the others as multiples of it: 2 is twice the floor. More is better for orders a second, and
worse everywhere else. In the rows on decoding and on account events the multiples are of \`JSON.parse\`. Events a second and
memory are told as they are.

${all}

- **ours**: \`UndiciHttpClient\` and \`NodeSigner\`, the defaults of \`@effect-binance/node\`. **ours, fetch**: \`fetch\` and WebCrypto,
  as on any runtime. **ours, Effect's undici**: \`NodeHttpClient.layerUndici\` in place of our own HTTP client.
- **binance**: the npm package; **beautified** with \`beautifyResponses\`. It reads decimals as text, or as doubles when beautified.
- **connector**: Binance's own. As it comes it makes a new agent for each call, and so a new TLS connection; **own agent** hands
  it one that is kept.
- **ccxt**: its implicit methods with the rate limit off: one signed request, the answer parsed and not translated.

## How it is measured

- The server and each client are processes of their own. Answers are canned: an account, one order, 1000 orders (560 KB,
  sent gzipped to those that ask; each row has six fields of the futures API that
  are not documented for Portfolio Margin, to see what those cost).
- Clients take turns: one round of some calls each (the first of them not measured), then the next round, in a changing
  order, for a fixed time. The machine does other work meanwhile, so times are taken from the quarter of a client's rounds
  that went best; CPU is the mean of all its rounds, and p99 is taken over all calls, the disturbed ones included.
- CPU is the time of the client's whole process (user and system, garbage collection included) per call.
- Each of our calls is run by \`Effect.runPromise\`, as code outside of Effect does it; inside an Effect program this falls away.
- Orders go through the typed \`submitNewUMOrder\`: parameters checked, reply decoded into decimals, ids and instants.
- Decoding is measured without I/O, from text to the value a caller gets, in turn with \`JSON.parse\` on the same text.
- Account events are the user data stream of a busy account: two thirds \`ORDER_TRADE_UPDATE\`, the rest \`ACCOUNT_UPDATE\`,
  \`executionReport\` and \`outboundAccountPosition\`; a hundred orders open at a time, all of them placed, filled in parts or
  canceled. **Read** is the code alone that makes something of a frame: ours decodes it and applies it to the account
  (\`AccountState\`), \`binance\` and the connector parse it (and beautify it) and call their listener; neither keeps an account.
  **Through stream and mirror** is all that runs in a program: frames by a WebSocket in the same process to
  \`UserDataStream\`, which knows duplicates and gaps, and to an \`AccountMirror\`. Memory is the heap after a garbage collection.

## How to read it

- Two cores that are shared: absolute times vary by a factor of two between runs, ratios by a few tenths, those of p99 and
  over TLS by more (between 1.2 and 1.7 for ours on one day). A goal that is met or missed by a tenth in one run may be the other in the next.
- The floor decodes nothing, and none of the others checks what it reads: a wrong decimal passes through. Ours turns every
  field into its type, which is what decoding a list costs; rows with fields that are not documented cost more.
- Ids above 2^53 survive in ours, in Binance's connector and in ccxt. A list that holds any costs ours another text of its
  size, with quotes around them; a list that holds none costs a tenth of \`JSON.parse\` more.

Run it with \`npx -y pnpm@12 bench\` (about six minutes; \`--quick\` for less, \`--events\` for account events alone).
`
}
