/**
 * Judges `docs/openapi.json` by programs that know nothing of its making: is it OpenAPI, and do the documented replies
 * fit the schemas that it gives for them?
 */
import { Validator } from "@seriousme/openapi-schema-validator"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as fs from "node:fs"
import * as path from "node:path"
import { fail, root } from "./workspace.ts"

interface Operation {
  readonly operationId: string
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } }
}

const read = (file: string) => JSON.parse(fs.readFileSync(file, "utf8"))

const document: Document = read(path.join(root, "docs/openapi.json"))
const judged = await new Validator().validate({ ...document })
if (!judged.valid) fail(`docs/openapi.json is not OpenAPI: ${JSON.stringify(judged.errors, null, 2)}`)

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema(document, "openapi")
const escape = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1")
const replies = new Map(
  Object.entries(document.paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [
      operationId,
      `openapi#/paths/${escape(url)}/${method}/responses/200/content/${escape("application/json")}/schema`
    ])
  )
)

const samples = path.join(root, "packages/portfolio-margin/test/fixtures/replies")
const wrong: Array<string> = []
const files = fs.readdirSync(samples)
for (const file of files) {
  const $ref = replies.get(file.split(".")[0] ?? "")
  if ($ref === undefined) {
    wrong.push(`${file}: no such operation`)
    continue
  }
  const validate = ajv.compile({ $ref })
  if (!validate(read(path.join(samples, file)))) wrong.push(`${file}: ${ajv.errorsText(validate.errors)}`)
}
if (wrong.length > 0) fail(`Documented replies that do not fit docs/openapi.json:\n${wrong.join("\n")}`)

console.log(`docs/openapi.json: OpenAPI 3.1, ${replies.size} operations; ${files.length} documented replies fit.`)
