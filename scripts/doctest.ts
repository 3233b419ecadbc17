/**
 * A Vite plugin that runs the examples of the documentation.
 *
 * Every fence opened with `ts import.meta.vitest`, in a guide or in a doc comment, becomes one test. Inside a fence
 * imports stand as in any program (they resolve as they would in `examples/`), `await` is allowed at the top, and
 * `expression // => expected` or `const name = expression // => expected` is an assertion; where the line would grow too
 * long the comment may stand on the next line.
 */
import * as path from "node:path"
import { parseSync, type Plugin, transformWithOxc } from "vite"

const root = path.resolve(import.meta.dirname, "..")
const fencePattern =
  /^([ \t]*(?:\*[ \t]?)?)```ts import\.meta\.vitest[^\n]*\n([\s\S]*?)^[ \t]*(?:\*[ \t]?)?```[ \t]*$/gm

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: any
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const children = (node: Node): ReadonlyArray<Node> =>
  Object.values(node).flat().filter((value) => typeof value?.type === "string" && typeof value.start === "number")

const importToAwait = (node: Node, specifier: string): string => {
  const load = `await import(${JSON.stringify(specifier)})`
  const values = node.specifiers.filter((s: Node) => s.importKind !== "type")
  if (node.importKind === "type" || (node.specifiers.length > 0 && values.length === 0)) {
    return ""
  }
  if (values.length === 0) {
    return load
  }
  const namespace = values.find((s: Node) => s.type === "ImportNamespaceSpecifier")
  const names = values.filter((s: Node) => s !== namespace).map((s: Node) =>
    `${
      s.type === "ImportDefaultSpecifier" ? "default" : JSON.stringify(s.imported.name ?? s.imported.value)
    }: ${s.local.name}`
  )
  return [
    namespace && `const ${namespace.local.name} = ${load}`,
    names.length && `const { ${names.join(", ")} } = ${load}`
  ]
    .filter(Boolean).join("; ")
}

/** Turns the text of one fence into the body of an async function. */
const compile = async (
  source: string,
  where: string,
  resolve: (specifier: string) => Promise<string>
): Promise<string> => {
  const parsed = parseSync("example.ts", source)
  if (parsed.errors.length > 0) {
    throw new Error(`${where}: ${parsed.errors[0]!.message}`)
  }
  const edits: Array<Edit> = []
  const statements: Array<Node> = []
  const visit = (node: Node) => {
    if (node.type === "ExpressionStatement" || node.type === "VariableDeclaration") {
      statements.push(node)
    }
    children(node).forEach(visit)
  }
  for (const node of parsed.program.body as unknown as ReadonlyArray<Node>) {
    if (node.type === "ImportDeclaration") {
      edits.push({ start: node.start, end: node.end, text: importToAwait(node, await resolve(node["source"].value)) })
    } else if (node.type === "ExportNamedDeclaration" && node["declaration"]) {
      edits.push({ start: node.start, end: node["declaration"].start, text: "" })
      visit(node["declaration"])
    } else {
      visit(node)
    }
  }
  for (const comment of parsed.comments) {
    const expected = comment.type === "Line" ? /^ => (.+)$/.exec(comment.value)?.[1] : undefined
    if (expected === undefined) {
      continue
    }
    const node = statements.findLast((s) =>
      s.end <= comment.start && /^;?[ \t]*\n?[ \t]*$/.test(source.slice(s.end, comment.start))
    )
    if (node?.type === "ExpressionStatement") {
      edits.push({ start: node["expression"].start, end: node["expression"].start, text: ";__assertEquals(" })
      edits.push({ start: node["expression"].end, end: comment.end, text: `, ${expected})` })
    } else if (node?.["declarations"]?.length === 1 && node["declarations"][0].id.type === "Identifier") {
      edits.push({
        start: node.end,
        end: comment.end,
        text: `;__assertEquals(${node["declarations"][0].id.name}, ${expected})`
      })
    } else {
      throw new Error(`${where}: "// =>${expected}" must follow an expression or a single const`)
    }
  }
  return edits.sort((a, b) => b.start - a.start).reduce((s, e) => s.slice(0, e.start) + e.text + s.slice(e.end), source)
}

export const doctest = (): Plugin => ({
  name: "doctest",
  enforce: "pre",
  async transform(code, id) {
    const file = id.split("?")[0]!
    const markdown = file.endsWith(".md")
    if (!markdown && !code.includes("```ts import.meta.vitest")) {
      return
    }
    const resolve = async (specifier: string) => {
      const importer = specifier.startsWith(".") ? file : path.join(root, "examples/example.ts")
      const resolved = await this.resolve(specifier, importer, { skipSelf: true })
      if (resolved === null) {
        throw new Error(`${path.relative(root, file)}: cannot resolve "${specifier}" of an example`)
      }
      return resolved.id
    }
    const tests: Array<string> = []
    for (const match of code.matchAll(fencePattern)) {
      const where = `${path.relative(root, file)}:${code.slice(0, match.index).split("\n").length}`
      const source = match[1]!.includes("*") ? match[2]!.replaceAll(/^[ \t]*\*[ \t]?/gm, "") : match[2]!
      const body = await compile(source, where, resolve).catch((error) =>
        `throw new Error(${JSON.stringify(error.message)})`
      )
      tests.push(`test(${JSON.stringify(where)}, async () => {\n${body}\n})`)
    }
    const runtime = JSON.stringify(path.join(root, "scripts/doctest-runtime.ts"))
    const block = `if (import.meta.vitest) {\n` +
      `const { test } = import.meta.vitest\n` +
      `const { assertEquals: __assertEquals } = await import(${runtime})\n${tests.join("\n")}\n}\n`
    return markdown ? (await transformWithOxc(block, `${file}.ts`)).code : `${code}\n${block}`
  }
})
