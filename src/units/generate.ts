import type {
  ConditionalNode,
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from 'mathjs'
import type { InsituError } from '../errors.ts'

/** Functions a formula may call; those with more than one argument say how many. */
export const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = Object.freeze({
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  atan2: Math.atan2,
  pow: Math.pow,
  min: Math.min,
  max: Math.max,
})

const TWO_ARGUMENTS: ReadonlySet<string> = new Set(['atan2', 'pow'])
const ANY_ARGUMENTS: ReadonlySet<string> = new Set(['min', 'max'])

export const CONSTANTS: Readonly<Record<string, number>> = Object.freeze({
  pi: Math.PI,
  e: Math.E,
  tau: 2 * Math.PI,
})

const BINARY: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/' }
const COMPARISON: Readonly<Record<string, string>> = { smaller: '<', smallerEq: '<=', larger: '>', largerEq: '>=' }

/** Makes the error for a piece that is not understood; `name` is what to point at. */
export type Refuse = (why: string, name?: string) => InsituError

/**
 * Writes a parsed formula as JavaScript over `v0, v1, ...` (the variables) and `f` (the functions).
 * Nothing of the user's text reaches the result: only numbers, positions and names from the lists above.
 */
export function generate(tree: MathNode, variables: readonly string[], refuse: Refuse): string {
  const value = (node: MathNode): string => {
    switch (node.type) {
      case 'ConstantNode':
        return constant((node as ConstantNode).value)
      case 'SymbolNode':
        return symbol((node as SymbolNode).name)
      case 'ParenthesisNode':
        return value((node as ParenthesisNode).content)
      case 'OperatorNode':
        return operator(node as OperatorNode)
      case 'FunctionNode':
        return call(node as FunctionNode)
      case 'ConditionalNode': {
        const { condition, trueExpr, falseExpr } = node as ConditionalNode
        return `(${comparison(condition)} ? ${value(trueExpr)} : ${value(falseExpr)})`
      }
      default:
        throw refuse(`${node.type.replace('Node', '').toLowerCase()} is not allowed here`)
    }
  }

  const constant = (given: unknown): string => {
    if (typeof given !== 'number' || !Number.isFinite(given)) throw refuse(`${JSON.stringify(given)} is not a number`)
    return `(${given})`
  }

  const symbol = (name: string): string => {
    const index = variables.indexOf(name)
    if (index >= 0) return `v${index}`
    if (Object.hasOwn(CONSTANTS, name)) return `(${CONSTANTS[name]})`
    throw refuse(`"${name}" is neither ${variables.join(', ')} nor a known constant`, name)
  }

  const operator = (node: OperatorNode): string => {
    const [a, b] = node.args
    if (node.fn === 'unaryMinus') return `(-${value(a)})`
    if (node.fn === 'unaryPlus') return value(a)
    if (node.fn === 'pow') return `f.pow(${value(a)}, ${value(b)})`
    if (Object.hasOwn(BINARY, node.fn)) return `(${value(a)} ${BINARY[node.fn]} ${value(b)})`
    if (Object.hasOwn(COMPARISON, node.fn)) throw refuse('a comparison may only stand before "?"', node.op)
    throw refuse(`the operator "${node.op}" is not allowed`, node.op)
  }

  const comparison = (node: MathNode): string => {
    if (node.type === 'ParenthesisNode') return comparison((node as ParenthesisNode).content)
    const { fn, args } = node as OperatorNode
    if (node.type !== 'OperatorNode' || !Object.hasOwn(COMPARISON, fn)) {
      throw refuse('before "?" one comparison with <, <=, > or >= is wanted', '?')
    }
    return `${value(args[0])} ${COMPARISON[fn]} ${value(args[1])}`
  }

  const call = (node: FunctionNode): string => {
    // What is called may itself be an expression (`a.b()`); only a plain name out of the list will do.
    const name = (node.fn as MathNode).type === 'SymbolNode' ? (node.fn as unknown as SymbolNode).name : ''
    if (!Object.hasOwn(FUNCTIONS, name)) throw refuse(`"${name || String(node.fn)}" is not a known function`, name)
    const count = node.args.length
    const wanted = TWO_ARGUMENTS.has(name) ? 2 : 1
    if (ANY_ARGUMENTS.has(name) ? count === 0 : count !== wanted) {
      throw refuse(`${name} takes ${ANY_ARGUMENTS.has(name) ? 'one or more arguments' : wanted}, got ${count}`, name)
    }
    return `f.${name}(${node.args.map(value).join(', ')})`
  }

  return value(tree)
}
