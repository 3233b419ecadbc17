/**
 * Marks what the built modules compute when they are loaded as free of effects, so that a bundler can leave out what a program
 * does not use: `const A = f(x)` becomes a pure call of `() => f(x)`, likewise what a class extends and its static fields.
 * No bundler knows by itself that making a schema, a service or a layer does nothing else.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import ts from "typescript-6"
import { packages } from "./workspace.ts"

const mark = "/* @__PURE__ */ "

// Calls, spreads and property accesses outside of functions keep bundlers from leaving a value out.
const computes = (node: ts.Node): boolean => {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isSpreadAssignment(node) ||
    ts.isSpreadElement(node)
    || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isTaggedTemplateExpression(node)
    || ts.forEachChild(node, (child) => computes(child) || undefined) === true
}

const computed = (file: ts.SourceFile): ReadonlyArray<ts.Expression> => {
  const found: Array<ts.Expression> = []
  const consider = (expression: ts.Expression | undefined) => {
    if (expression === undefined || !computes(expression)) return
    const text = file.text.slice(expression.getFullStart(), expression.getStart(file) + mark.length)
    if (!text.includes(mark.trim())) found.push(expression)
  }
  const considerClass = (declaration: ts.ClassLikeDeclaration) => {
    for (const clause of declaration.heritageClauses ?? []) {
      for (const { expression } of clause.types) consider(expression)
    }
    for (const member of declaration.members) {
      if (
        ts.isPropertyDeclaration(member) &&
        ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
      ) {
        consider(member.initializer)
      }
    }
  }
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { initializer } of statement.declarationList.declarations) consider(initializer)
    } else if (ts.isClassDeclaration(statement)) {
      considerClass(statement)
    }
  }
  return found
}

let marked = 0

for (const { dir } of packages) {
  const dist = path.join(dir, "dist")
  for (const name of fs.readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue
    const file = path.join(dist, name)
    const source = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.ES2022)
    let text = source.text
    // From the end, so that positions before stay what they are.
    for (const expression of [...computed(source)].sort((a, b) => b.pos - a.pos)) {
      const [start, end] = [expression.getStart(source), expression.getEnd()]
      const inner = text.slice(start, end)
      const body = inner.startsWith("{") ? `(${inner})` : inner
      text = `${text.slice(0, start)}${mark}(() => ${body})()${text.slice(end)}`
      marked++
    }
    if (text !== source.text) fs.writeFileSync(file, text)
  }
}

console.log(`${marked} values marked as free of effects`)
