import type { MathNode } from 'mathjs'
import { InsituError } from '../errors.ts'
import { CONSTANTS, FUNCTIONS, generate } from './generate.ts'
import { math } from './math.ts'

/** Longest text that is read; bounds the work a hostile text can ask for. */
const LONGEST = 400

/** A formula turned into a plain function of its variables, in the order they were named. */
export type Formula = (...values: number[]) => number

/**
 * Compiles a user's formula, such as the transfer curve "0.8 * tanh(3 x) + 0.1", into a plain JavaScript function.
 *
 * Numbers, the named variables, pi, e, tau, + - * / ^, comparisons in a condition `a < b ? c : d`, and the functions in
 * `FUNCTIONS` are understood; everything else throws `EXPRESSION` with the place or the name.
 */
export async function compileExpression(text: string, variables: readonly string[]): Promise<Formula> {
  checkVariables(variables)
  if (typeof text !== 'string' || text.trim() === '') throw refused(String(text), 'there is nothing to compute')
  if (text.length > LONGEST)
    throw refused(`${text.slice(0, 20)}...`, `it has ${text.length} characters, at most ${LONGEST} are read`)
  const { parse } = await math()
  let tree: MathNode
  try {
    tree = parse(text)
  } catch (error) {
    throw refused(text, parserMessage(error), error)
  }
  const body = generate(tree, variables, (why, name) =>
    refused(text, name === undefined ? why : `${why}${place(text, name)}`),
  )
  // The body is put together from checked pieces alone: numbers, the arguments below and names out of two fixed lists.
  const make = new Function('f', `"use strict"; return (${variables.map((_, i) => `v${i}`).join(', ')}) => ${body}`)
  return make(FUNCTIONS) as Formula
}

function checkVariables(variables: readonly string[]): void {
  for (const name of variables) {
    if (/^[A-Za-z_]\w*$/.test(name) && !Object.hasOwn(FUNCTIONS, name) && !Object.hasOwn(CONSTANTS, name)) continue
    throw new InsituError('EXPRESSION', `"${name}" cannot be the name of a variable`, {
      hint: 'use a letter that is no function or constant, such as x',
    })
  }
}

function refused(text: string, why: string, cause?: unknown): InsituError {
  return new InsituError('EXPRESSION', `expression "${text}": ${why}`, {
    hint: `functions: ${Object.keys(FUNCTIONS).join(', ')}; constants: ${Object.keys(CONSTANTS).join(', ')}`,
    ...(cause !== undefined && { cause }),
  })
}

/** The parser's own message, which ends in "(char n)"; a text too deep for it says so. */
function parserMessage(error: unknown): string {
  return error instanceof SyntaxError ? error.message : 'it is nested too deeply'
}

function place(text: string, name: string): string {
  const at = text.indexOf(name)
  return at < 0 ? '' : ` (char ${at + 1})`
}
