/**
 * Writes what is derived from code: the pages of errors and endpoints, the table of methods in the guide for those who come
 * from elsewhere, and the OpenAPI document. With `--check` it only compares.
 */
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import * as ErrorTable from "@effect-binance/core/ErrorTable"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { methods } from "./migrating.ts"
import { all, type AnyEndpoint, openapi, weightsOf } from "./openapi.ts"
import { fail, root, table } from "./workspace.ts"

/** Which error each class of code becomes: for a read, and for a call that changes something. */
const errorOf: { readonly [C in ErrorTable.ErrorClass]: readonly [read: string, change: string, again: string] } = {
  auth: ["Unauthorized, AuthRevoked", "Unauthorized, AuthRevoked", "no"],
  clock: ["ClockSkewed", "ClockSkewed", "once, after the clock is measured anew"],
  "rate-limit": ["RateLimited, Banned", "RateLimited, Banned", "after the window or the ban"],
  overload: ["Unavailable", "Unavailable", "yes, after a pause"],
  "server-failure": [
    "Unavailable",
    "Unavailable; OutcomeUnknown (see above)",
    "a read; a change where it is Unavailable"
  ],
  "unknown-outcome": ["Unavailable", "OutcomeUnknown", "a read; a change only after asking"],
  "bad-request": ["Rejected", "Rejected", "no"],
  filter: ["Rejected", "Rejected", "no"],
  rejected: ["Rejected", "Rejected", "no"],
  restricted: ["Rejected", "Rejected", "no"],
  "not-found": ["NotFound", "NotFound", "no"],
  "no-change": ["Rejected", "Rejected", "no need"],
  "exchange-config": ["Rejected", "Rejected", "no"],
  "not-papi": ["Rejected", "Rejected", "no"]
}

const refusals = [...new Set(ErrorTable.entries.map(({ code }) => ErrorTable.refusal(code, "")))].filter((why) =>
  why !== undefined
)

const errors = `# Errors

This page is generated from \`ErrorTable\`; \`npx -y pnpm@12 generate\` writes it.

Every failure is a tagged value in the error channel. What decides is what is *proven* about the request:

| error | means | sent? | what to do |
| --- | --- | --- | --- |
| \`InvalidRequest\` | the parameters break a rule; \`violations\` names each | no | correct them |
| \`NotSent\` | a dry run: \`plan\` is what would have gone out | no | |
| \`OrderRefused\` | changes only: a guard of this machine refused; \`rule\`, \`limit\`, \`value\` | no | see [safety](safety.md) |
| \`TransportFailed\` | no answer; \`stage\` says where it ended | \`connect\`, \`sign\`: no | ask again |
| \`Unauthorized\` | key, signature, IP or permission | yes, refused | see the hint |
| \`AuthRevoked\` | the key worked in this session, and is not accepted any more; \`since\` | refused, or held back | see below |
| \`ClockSkewed\` | timestamp outside the receive window, also after a new measurement | yes, refused | set the clock |
| \`RateLimited\` | a limit is used up; \`budget\`, \`retryAfter\` | refused, or held back | wait |
| \`Banned\` | the IP is banned; \`until\` | refused, or held back | send nothing until then |
| \`Blocked\` | a firewall refused (HTTP 403) | yes, refused | stop for a while |
| \`NotFound\` | it does not exist, or not any more | yes, refused | |
| \`Rejected\` | refused by the exchange's rules; \`code\`, \`reason\`, \`hint\` | yes, refused | see the hint |
| \`OrderRejected\` | calls that place or change an order only: refused, and \`why\` is known | yes, refused | by \`why\`, see below |
| \`EndpointRetired\` | the path is not served; \`replacement\` | yes, refused | use the replacement |
| \`Unavailable\` | the exchange failed, and did not carry it out | yes, not carried out | try again after a pause |
| \`InvalidResponse\` | reads only: the answer is not what is documented; \`path\`, \`issue\` | yes | report it |
| \`OutcomeUnknown\` | changes only: sent, and nothing is proven; \`clientOrderId\`, \`sentAt\`, \`seen\` | yes | ask before repeating |

Layers fail with \`EnvironmentError\` and \`CredentialsError\` when they are built, before anything is asked.

Each carries the endpoint, the request, the number of sends, and where there was an answer its status, code, text and
\`x-mbx-uuid\`. None carries a key, a secret or a signature.

## Without a code

| answer | a read fails with | a change fails with |
| --- | --- | --- |
| no connection (refused, name not found, TLS) | \`NotSent\` | a dry run: \`plan\` is what would have gone out | no | |
| \`OrderRefused\` | changes only: a guard of this machine refused; \`rule\`, \`limit\`, \`value\` | no | see [safety](safety.md) |
| \`TransportFailed\` | \`TransportFailed\` |
| connection lost, timeout | \`NotSent\` | a dry run: \`plan\` is what would have gone out | no | |
| \`OrderRefused\` | changes only: a guard of this machine refused; \`rule\`, \`limit\`, \`value\` | no | see [safety](safety.md) |
| \`TransportFailed\` | \`OutcomeUnknown\` |
| 200 that is not JSON, or lacks a mandatory field; empty 202 | \`InvalidResponse\` | \`OutcomeUnknown\` |
| 401 | \`Unauthorized\` | \`Unauthorized\` |
| 403 | \`Blocked\` | \`Blocked\` |
| 404, 410 | \`EndpointRetired\` | \`EndpointRetired\` |
| 418 | \`Banned\` | \`Banned\` |
| 429 | \`RateLimited\` | \`RateLimited\` |
| 503 "Service Unavailable.", "Internal error; …" | \`Unavailable\` | \`Unavailable\` |
| 503 "Unknown error, …", any other 5xx, 408 | \`Unavailable\` | \`OutcomeUnknown\` |
| any other 4xx | \`Rejected\` | \`Rejected\` |

A code that no source documents is kept as it came: \`Rejected\` with a 4xx status; with a 5xx status it proves nothing. With
the status of a success a read is \`Rejected\`, and a change ends as \`OutcomeUnknown\`: nothing proves that it was refused.

A code that says that the server failed (${
  ErrorTable.entries.filter((entry) => entry.class === "server-failure").map(({ code }) => code).join(", ")
}) proves that a change was not
carried out with a status below 500 (408 apart), or with a 503 in one of the two texts above. With any other status the
change may stand behind a gateway that gave up: \`OutcomeUnknown\`.

## A key that stops working

A key that was accepted and is refused later (-2015, -2014, -2017, -1002, -1011, or 401 without a code) is \`AuthRevoked\`. From then
on calls that change something are not sent, but for cancellations, and for one each 30 seconds that finds out whether it is over. A read
goes out as always. The exchange says the same for a deleted key, a permission taken away and an address that changed; \`requestIp\` is
the address it saw.

## Why an order was refused

\`OrderRejected.why\` is one of:

${
  table(
    ["why", "codes"],
    refusals.map((why) => [
      `\`${why}\``,
      ErrorTable.entries.filter(({ code }) => ErrorTable.refusal(code, "") === why).map(({ code }) => code).join(", ")
    ])
  )
}

-1010, -1013 and -2010 leave it to the text, which is read where its words are known ("Filter failure: PRICE_FILTER" is \`price\`,
"Account has insufficient balance" is \`margin\`, "Duplicate order sent." is \`duplicate-id\`); else it is \`filter\` or \`unspecified\`.

## Codes

${
  table(
    ["code", "name", "cause", "a read", "a change", "again?", "what to do"],
    ErrorTable.entries.map(({ cause, class: cls, code, name }) => {
      const [read, other, again] = errorOf[cls]
      const why = ErrorTable.refusal(code, "")
      const change = why === undefined ? other : `${other}; OrderRejected (${why})`
      return [String(code), name, cause, read, change, again, ErrorTable.remedy(code)]
    })
  )
}
`

const weights = (endpoint: AnyEndpoint): string => {
  const weights = weightsOf(endpoint)
  return weights.with.length === 0
    ? String(weights.without)
    : [...weights.with.map(([name, weight]) => `${weight} with ${name}`), `${weights.without} without`].join(", ")
}

const statusText = ({ status }: AnyEndpoint): string => {
  switch (status._tag) {
    case "Current":
      return ""
    case "Deprecated":
      return `deprecated since ${status.since}; use \`${status.replacement}\``
    case "Announced":
      return `announced for ${status.since}`
    case "Undocumented":
      return "served, not documented"
    case "Unverified":
      return `unverified (${status.source})`
  }
}

// Every error is named once: one that is added or taken away does not compile here.
const readErrors: { readonly [Tag in ReadError["_tag"]]: true } = {
  InvalidRequest: true,
  TransportFailed: true,
  Unauthorized: true,
  AuthRevoked: true,
  ClockSkewed: true,
  RateLimited: true,
  Banned: true,
  Blocked: true,
  NotFound: true,
  Rejected: true,
  EndpointRetired: true,
  Unavailable: true,
  InvalidResponse: true,
  NotSent: true
}

const { InvalidResponse: _, ...shared } = readErrors
const mutationErrors: { readonly [Tag in MutationError["_tag"]]: true } = {
  ...shared,
  OrderRejected: true,
  OrderRefused: true,
  OutcomeUnknown: true
}

const list = (errors: object): string => Object.keys(errors).map((tag) => `\`${tag}\``).join(", ")

const categories = [...new Set(all.map(({ category }) => category))]

const endpoints = `# Endpoints

This page is generated from \`Endpoints\`; \`npx -y pnpm@12 generate\` writes it. For machines the same is in
[openapi.json](openapi.json), an OpenAPI 3.1 document with parameters and replies.

${all.length} calls. Each is a method of \`PortfolioClient\` and of its family's service. Weight is out of 6000 a minute and IP, orders
are out of 1200 a minute and account; a quota is counted by the exchange beside the two.

${
  table(["safety", "repeating it", "fails with", "which is any of"], [
    ["`read`", "changes nothing", "`ReadError`", list(readErrors)],
    ["`idempotent`", "leaves the same state", "`MutationError`", list(mutationErrors)],
    ["`mutation`", "acts each time", "`MutationError`", "the same"]
  ])
}

[Errors](errors.md) says what each means and which code becomes which.

${
  categories.map((category) =>
    `## ${category}\n\n${
      table(
        ["method", "request", "weight", "orders", "quota", "safety", "fails with", "security", ""],
        all.filter((endpoint) => endpoint.category === category).map((endpoint) => [
          endpoint.docs === undefined ? `\`${endpoint.id}\`` : `[\`${endpoint.id}\`](${endpoint.docs})`,
          `\`${endpoint.request}\``,
          weights(endpoint),
          endpoint.orders === 0 ? "" : String(endpoint.orders),
          endpoint.quota === undefined ? "" : `${endpoint.quota.limit} per ${endpoint.quota.per}`,
          endpoint.safety,
          endpoint.safety === "read" ? "`ReadError`" : "`MutationError`",
          endpoint.security,
          statusText(endpoint)
        ])
      )
    }`
  ).join("\n\n")
}
`

/** A page with the part between two marks written anew. */
const withPart = (name: string, part: string): string => {
  const page = readFileSync(join(root, "docs", name), "utf8")
  const around = /^([\s\S]*<!-- generated -->\n)[\s\S]*(<!-- end of generated -->[\s\S]*)$/.exec(page)
  return around === null
    ? fail(`docs/${name} has no marks around the generated part`)
    : `${around[1]}\n${part}\n\n${around[2]}`
}

const check = process.argv.includes("--check")
let stale = 0
const files = {
  "errors.md": errors,
  "endpoints.md": endpoints,
  "migrating.md": withPart("migrating.md", methods),
  "openapi.json": openapi
}
for (const [name, text] of Object.entries(files)) {
  const path = join(root, "docs", name)
  if (!check) {
    writeFileSync(path, text)
  } else if (readFileSync(path, "utf8") !== text) {
    stale++
    console.error(`docs/${name} is not what the code says; run: npx -y pnpm@12 generate`)
  }
}
if (stale > 0) process.exitCode = 1
