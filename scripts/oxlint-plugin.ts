/**
 * The house rules no ready-made lint rule expresses: which way imports run between the packages, what a library module
 * may import at all, and what has no place in library sources.
 */
import * as path from "node:path"

interface Node {
  readonly type: string
  readonly parent?: Node
  readonly [key: string]: any
}

interface Context {
  readonly filename: string
  readonly cwd: string
  report(problem: { readonly node: Node; readonly message: string }): void
}

interface Location {
  readonly root: string
  readonly name: string
  readonly area: string
}

/** What each package may import from its siblings, besides itself. */
const siblings: Record<string, ReadonlyArray<string>> = {
  core: [],
  "portfolio-margin": ["core"],
  node: ["core", "portfolio-margin"],
  simulator: ["core", "portfolio-margin"]
}

/** What tests may import beyond that. */
const testSiblings: Record<string, ReadonlyArray<string>> = {
  simulator: ["node"]
}

/** Packages whose sources depend on nothing but `effect` and their siblings. */
const platformFree = new Set(["core", "portfolio-margin"])

/** Modules whose few functions read better by name. */
const namedImportsAllowed = new Set(["effect/Function", "effect/Pipeable"])

const locate = (filename: string): Location | undefined => {
  const match = /^(.*)\/packages\/([^/]+)\/(?:([^/]+)\/)?/.exec(filename.replaceAll("\\", "/"))
  return match ? { root: `${match[1]}/packages/${match[2]}`, name: match[2]!, area: match[3] ?? "" } : undefined
}

/** Calls `check` with every module specifier of a file: imports, re-exports, dynamic imports and import types. */
const specifiers = (check: (specifier: string, node: Node) => void) => {
  const visit = (node: Node, source: Node | undefined | null) => {
    const literal = source?.type === "TSLiteralType" ? source["literal"] : source
    if (typeof literal?.value === "string") {
      check(literal.value, node)
    }
  }
  return {
    ImportDeclaration: (node: Node) => visit(node, node["source"]),
    ExportNamedDeclaration: (node: Node) => visit(node, node["source"]),
    ExportAllDeclaration: (node: Node) => visit(node, node["source"]),
    ImportExpression: (node: Node) => visit(node, node["source"]),
    TSImportType: (node: Node) => visit(node, node["source"] ?? node["argument"]),
    TSExternalModuleReference: (node: Node) => visit(node, node["expression"])
  }
}

const importDirection = {
  create(context: Context) {
    const here = locate(context.filename)
    const inSource = here?.area === "src"
    const allowed = here === undefined ? undefined : [
      ...siblings[here.name] ?? [],
      ...inSource ? [] : testSiblings[here.name] ?? []
    ]
    return specifiers((specifier, node) => {
      const report = (message: string) => context.report({ node, message })
      const match = /^@effect-binance\/([^/]+)(\/.*)?$/.exec(specifier)
      if (match) {
        const [, target, module = ""] = match
        if (/\/internal(\/|$)/.test(module)) {
          report(`"${specifier}": internal/ belongs to the package ${target} alone.`)
        } else if (here?.name === target) {
          if (inSource) report(`"${specifier}": inside a package import by relative path.`)
        } else if (allowed && !allowed.includes(target!)) {
          report(
            `"${specifier}": ${here!.name}/${here!.area} may import ${allowed.join(", ") || "no sibling package"}.`
          )
        } else if (inSource && module === "") {
          report(`"${specifier}": import single modules, as in "${specifier}/Module".`)
        }
      } else if (specifier.startsWith(".")) {
        const target = path.resolve(path.dirname(context.filename), specifier)
        const there = locate(`${target}/`)
        if (here ? !target.startsWith(`${here.root}/`) : there !== undefined) {
          report(`"${specifier}": a relative path must not lead into another package.`)
        } else if (inSource && there?.area !== "src") {
          report(`"${specifier}": a source imports sources only.`)
        }
      }
    })
  }
}

const libraryImports = {
  create(context: Context) {
    const here = locate(context.filename)
    if (here?.area !== "src") return {}
    return specifiers((specifier, node) => {
      const report = (message: string) => context.report({ node, message: `"${specifier}": ${message}` })
      if (specifier.startsWith(".") || specifier.startsWith("@effect-binance/")) return
      if (platformFree.has(here.name) && !/^effect(\/|$)/.test(specifier)) {
        report(`${here.name} depends on nothing but effect.`)
      } else if (/^effect(\/[a-z][^/]*)?$|^@effect\/[^/]+$/.test(specifier)) {
        report("a barrel. Import single modules, as in \"effect/Effect\" or \"effect/http/HttpClient\".")
      } else if (/^(effect|@effect\/[^/]+)\//.test(specifier) && node.type === "ImportDeclaration") {
        const named = node["importKind"] !== "type" &&
          node["specifiers"].some((s: Node) => s.type !== "ImportNamespaceSpecifier" && s["importKind"] !== "type")
        if (named && !namedImportsAllowed.has(specifier)) {
          report("import the module as a namespace (import * as …).")
        }
      }
    })
  }
}

const noThrow = {
  create: (context: Context) => ({
    ThrowStatement: (node: Node) =>
      context.report({
        node,
        message: "A library does not throw: fail in the Effect's error channel, or return a Result."
      })
  })
}

const noDoubleAssertion = {
  create: (context: Context) => ({
    TSAsExpression(node: Node) {
      let inner = node["expression"]
      while (inner.type === "ParenthesizedExpression") inner = inner.expression
      if (inner.type === "TSAsExpression" && inner.typeAnnotation.type === "TSUnknownKeyword") {
        context.report({
          node,
          message: "`as unknown as` silences the compiler: decode the value or give it its type."
        })
      }
    }
  })
}

export default {
  meta: { name: "house" },
  rules: {
    "import-direction": importDirection,
    "library-imports": libraryImports,
    "no-throw": noThrow,
    "no-double-assertion": noDoubleAssertion
  }
}
