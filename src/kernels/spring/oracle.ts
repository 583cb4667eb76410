import type { SpringEngine } from './engine.ts'
import { type Plan, WORD } from './plan.ts'

/** The words of front f by name. */
function frontOf(plan: Plan, f: number) {
  const word = (name: keyof typeof WORD) => plan.fronts[f * WORD.size + WORD[name]]
  const [columns, rows] = [word('columns'), word('rows')]
  return { word, first: word('first'), columns, rows, p: 2 * columns, m: 2 * rows, height: 2 * (columns + rows) }
}

/**
 * Readable form of the multifrontal factorisation K = L D L', no pivoting: Y = L D in panels, 1/D apart. Every sum
 * runs in the order of the indices, so that the form in WebAssembly, which cuts the loops into tiles, has the same bits.
 * Source: J. W. H. Liu, SIAM Review 34, 82 (1992).
 */
export function springOracle(plan: Plan): SpringEngine {
  const panels = new Float64Array(plan.panels)
  const updates = new Float64Array(plan.updates)
  const inverse = new Float64Array(plan.held.length)
  const least = new Float64Array(plan.held.length)

  /** Where row i, column k of a block matrix with `width` columns lies: two rows side by side. */
  const at = (width: number, i: number, k: number) => 2 * ((i >> 1) * width + k) + (i & 1)

  function assemble(f: number, blocks: Float64Array, diagonal: Float64Array | undefined, tolerance: number): void {
    const { word, first, p, height } = frontOf(plan, f)
    const panel = panels.subarray(word('panelAt'), word('panelAt') + p * height)
    panel.fill(0)
    const [from, plus] = [word('termAt'), word('plus')]
    for (let t = 0; t < plus + word('minus'); t++) {
      const [target, b] = [plan.terms[from + 2 * t], plan.terms[from + 2 * t + 1]]
      const sign = t < plus ? 1 : -1
      for (let d = 0; d < 4; d++) panel[target + d] += sign * blocks[b + (d & 1) + (d >> 1)]
    }
    for (let k = 0; k < p; k += 2) {
      const size = Math.abs(panel[at(p, k, k)]) + Math.abs(panel[at(p, k + 1, k + 1)])
      for (let d = 0; d < 2; d++) {
        const extra = diagonal === undefined ? 0 : diagonal[2 * plan.order[first + k / 2] + d]
        least[2 * first + k + d] = tolerance * (size + Math.abs(extra))
        panel[at(p, k + d, k + d)] += extra
      }
    }
    for (let z = 0; z < word('zeros'); z++) panel[plan.zeros[word('zeroAt') + z]] = 0
    for (let k = 0; k < p; k++) {
      if (!plan.held[2 * first + k]) continue
      panel[at(p, k, k)] = 1
      least[2 * first + k] = 0
    }
  }

  /** Adds the update matrix of a child, lower half, to panel and update matrix of its parent. */
  function extend(f: number, child: number): void {
    const { word, p, m } = frontOf(plan, f)
    const from = frontOf(plan, child)
    const place = (i: number) => 2 * plan.places[from.word('rowsAt') + (i >> 1)] + (i & 1)
    for (let i = 0; i < from.m; i++) {
      for (let j = 0; j <= i; j++) {
        const value = updates[from.word('updateAt') + at(from.m, i, j)]
        const [row, column] = [place(i), place(j)]
        if (column < p) panels[word('panelAt') + at(p, row, column)] += value
        else updates[word('updateAt') + at(m, row - p, column - p)] += value
      }
    }
  }

  /** Eliminates the columns of a front; the number of the first bad one, or -1. */
  function eliminate(f: number, definite: boolean): number {
    const { word, first, p, m, height } = frontOf(plan, f)
    const panel = panels.subarray(word('panelAt'), word('panelAt') + p * height)
    for (let k = 0; k < p; k++) {
      for (let i = k; i < height; i++) {
        let sum = panel[at(p, i, k)]
        for (let c = 0; c < k; c++) sum -= panel[at(p, i, c)] * (panel[at(p, k, c)] * inverse[2 * first + c])
        panel[at(p, i, k)] = sum
      }
      const pivot = panel[at(p, k, k)]
      const size = definite ? pivot : Math.abs(pivot)
      if (!(size > least[2 * first + k] && size < Number.POSITIVE_INFINITY)) return k
      inverse[2 * first + k] = 1 / pivot
    }
    for (let i = 0; i < m; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = updates[word('updateAt') + at(m, i, j)]
        for (let c = 0; c < p; c++) sum -= panel[at(p, p + i, c)] * (panel[at(p, p + j, c)] * inverse[2 * first + c])
        updates[word('updateAt') + at(m, i, j)] = sum
      }
    }
    return -1
  }

  /** x = D^-1 L^-1 x, front by front. */
  function forward(x: Float64Array): void {
    for (let f = 0; f < plan.count; f++) {
      const { word, first, p, height } = frontOf(plan, f)
      for (let i = 0; i < height; i++) {
        const row = i < p ? 2 * first + i : 2 * plan.rows[word('rowsAt') + ((i - p) >> 1)] + (i & 1)
        for (let k = 0; k < Math.min(i, p); k++) x[row] -= panels[word('panelAt') + at(p, i, k)] * x[2 * first + k]
        if (i < p) x[row] *= inverse[row]
      }
    }
  }

  /** x = L^-T x, from front `f` down. */
  function backward(x: Float64Array, f: number): void {
    for (; f >= 0; f--) {
      const { word, first, p, height } = frontOf(plan, f)
      for (let k = p - 1; k >= 0; k--) {
        let sum = 0
        for (let i = height - 1; i > k; i--) {
          const row = i < p ? 2 * first + i : 2 * plan.rows[word('rowsAt') + ((i - p) >> 1)] + (i & 1)
          sum += panels[word('panelAt') + at(p, i, k)] * x[row]
        }
        x[2 * first + k] -= inverse[2 * first + k] * sum
      }
    }
  }

  const x = new Float64Array(plan.held.length)
  const spread = (into: Float64Array) => {
    into.fill(0)
    x.forEach((value, d) => {
      into[2 * plan.order[d >> 1] + (d & 1)] = value
    })
  }
  return {
    factor(blocks, diagonal, tolerance, definite) {
      for (let f = 0; f < plan.count; f++) {
        const { word, first, m } = frontOf(plan, f)
        assemble(f, blocks, diagonal, tolerance)
        updates.fill(0, word('updateAt'), word('updateAt') + m * m)
        for (let c = 0; c < word('children'); c++) extend(f, plan.children[word('childAt') + c])
        const bad = eliminate(f, definite)
        if (bad >= 0) return 2 * first + bad
      }
      return -1
    },
    solve(rhs, rows) {
      for (let r = 0; r < rows; r++) {
        const row = rhs.subarray(2 * plan.nodes * r, 2 * plan.nodes * (r + 1))
        for (let d = 0; d < x.length; d++) x[d] = plan.held[d] ? 0 : row[2 * plan.order[d >> 1] + (d & 1)] + 0
        forward(x)
        backward(x, plan.count - 1)
        spread(row)
      }
    },
    loose(dof, into) {
      let f = plan.count - 1
      while (2 * frontOf(plan, f).first > dof) f--
      const { first, p } = frontOf(plan, f)
      // The failed column and those after it take no part: nothing flows back through them.
      inverse.fill(0, dof, 2 * first + p)
      x.fill(0)
      x[dof] = 1
      backward(x, f)
      spread(into)
    },
  }
}
