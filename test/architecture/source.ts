import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

/** What the checks want to know of one file. */
export interface Source {
  /** Path from the root, with forward slashes. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly string[]
  /** Those of them that are loaded with the file: not types, not import(). */
  readonly eager: readonly string[]
  /** Ambient things read as values: "Math.random", "Date", "performance", "process.hrtime". */
  readonly ambient: readonly string[]
  /** Calls such as `it.skip(...)`, as "object.method" and the number of arguments. */
  readonly skips: readonly { readonly call: string; readonly args: number }[]
  /** Whether it tells people something. */
  readonly prints: boolean
  /** Places where the type checker is told to look away: "any", "@ts-ignore". */
  readonly escapes: readonly string[]
}

const SKIPS = new Set(['skip', 'skipIf', 'runIf', 'todo', 'only'])

/** Reads one file with TypeScript's own parser. */
export function parse(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: string[] = []
  const eager: string[] = []
  const ambient: string[] = []
  const skips: { call: string; args: number }[] = []
  const escapes: string[] = [...text.matchAll(/(?:\/\/|\*)\s*(@ts-(?:ignore|nocheck))/g)].map((match) => match[1])
  let prints = false

  const visit = (node: ts.Node): void => {
    const target = specifier(node)
    if (target !== undefined) imports.push(target)
    if (target !== undefined && isEager(node)) eager.push(target)
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const name = `${node.expression.text}.${node.name.text}`
      if (name === 'Math.random' || name === 'process.hrtime') ambient.push(name)
      if (name === 'globalThis.performance' || name === 'globalThis.Date') ambient.push(name.slice(11))
      if (/^console\.(warn|info|log|error)$/.test(name)) prints = true
    }
    if (ts.isElementAccessExpression(node) && node.expression.getText() === 'Math') ambient.push('Math[...]')
    if (ts.isIdentifier(node) && isValue(node) && (node.text === 'Date' || node.text === 'performance'))
      ambient.push(node.text)
    if (ts.isCallExpression(node)) {
      const callee = ts.isCallExpression(node.expression) ? node.expression.expression : node.expression
      if (
        ts.isPropertyAccessExpression(callee) &&
        SKIPS.has(callee.name.text) &&
        !ts.isCallExpression(node.expression)
      ) {
        skips.push({ call: `${callee.expression.getText()}.${callee.name.text}`, args: node.arguments.length })
      }
    }
    if (node.kind === ts.SyntaxKind.AnyKeyword) escapes.push('any')
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { path, lines: text.split('\n').length - 1, imports, eager, ambient, skips, prints, escapes }
}

/** The module a node imports or exports from, in any of the ways there are. */
function specifier(node: ts.Node): string | undefined {
  let target: ts.Node | undefined
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) target = node.moduleSpecifier
  else if (ts.isImportTypeNode(node)) target = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  else if (ts.isExternalModuleReference(node)) target = node.expression
  else if (ts.isCallExpression(node)) {
    const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require'
    target = dynamic ? node.arguments[0] : undefined
  }
  if (target === undefined) return undefined
  return ts.isStringLiteralLike(target) ? target.text : `(computed) ${target.getText()}`
}

/** Whether an import runs the module it names as soon as its own file runs. */
function isEager(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node)) return !node.isTypeOnly
  if (!ts.isImportDeclaration(node)) return ts.isExternalModuleReference(node)
  const clause = node.importClause
  if (clause === undefined) return true
  const named = clause.namedBindings
  const onlyTypes =
    named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly)
  return !(clause.isTypeOnly || (onlyTypes && clause.name === undefined))
}

/** Whether an identifier is read as a value, not a type, a property or a name being declared. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isTypeReferenceNode(parent) || ts.isExpressionWithTypeArguments(parent)) return false
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if ('name' in parent && parent.name === node) return false
  return !(ts.isPropertyAssignment(parent) && parent.name === node)
}

/** Every TypeScript file of the given folders, except the AssemblyScript ones. */
export function readAll(root: string, folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts') && !path.includes('/assembly/'))
      .sort()
      .map((path) => parse(path, readFileSync(join(root, path), 'utf8'))),
  )
}

/** The file a relative import means, from the root; undefined for packages. */
export function resolved(from: string, target: string): string | undefined {
  return target.startsWith('.') ? posix.normalize(posix.join(dirname(from), target)) : undefined
}
