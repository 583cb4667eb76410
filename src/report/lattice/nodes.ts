import { escapeText } from '../html.ts'
import { apart, bondAngles, FULL } from './angles.ts'
import type { Fit } from './fit.ts'
import type { Ink } from './ink.ts'
import { clamp } from './margins.ts'
import { names, text } from './names.ts'
import { px, withUnit, written } from './numbers.ts'
import type { LatticePicture, PicturePort } from './picture.ts'

/** Bonds shorter than this, px, leave no room for dots. */
export const CROWDED = 16

/** Outputs above which they are drawn as small as the bonds, where these are crowded. */
const MOST_RINGS = 24

/** Nodes above which a dot does not say how far it has moved. */
const MOST_TOLD = 400

/** Sizes of the marks, px. */
export function sizes(fit: Fit) {
  return {
    dot: clamp(0.045 * fit.bond, 1, 4.5),
    pin: clamp(0.16 * fit.bond, 3.5, 13),
    ring: clamp(0.1 * fit.bond, 4.5, 9),
  }
}

/** Nodes, pins, inputs, outputs and names, in this order from the back. */
export function nodes(picture: LatticePicture, fit: Fit, ink: Ink): string {
  const taken = bondAngles(picture, fit)
  const pinsAt = picture.pins.map((node) => pin(node, taken[node], fit, ink))
  const { outputs = [] } = picture
  for (const { node, axis, load } of picture.inputs ?? []) taken[node].push(arrowAngle(axis, load))
  return [
    ...(fit.bond < CROWDED ? [] : [dots(picture, fit, ink)]),
    ...pinsAt,
    ...outputs.map((port) => ring(port, fit, ink, outputs.length > MOST_RINGS)),
    ...(picture.inputs ?? []).map((port) => arrow(port, fit, ink)),
    ...(fit.named ? [names(picture, taken, fit, sizes(fit), ink)] : []),
  ].join('')
}

function dots({ x, names, displacement }: LatticePicture, fit: Fit, ink: Ink): string {
  const r = px(sizes(fit).dot)
  const each = x.map((_, node) => {
    const dot = `<circle cx="${px(fit.x[node])}" cy="${px(fit.y[node])}" r="${r}"`
    if (displacement === undefined || x.length > MOST_TOLD) return `${dot}/>`
    const [ux, uy] = [displacement[2 * node], displacement[2 * node + 1]].map((u) => written(1000 * u, 4))
    return `${dot}><title>${escapeText(names?.[node] ?? String(node))}: moved by (${ux}, ${uy}) mm</title></circle>`
  })
  return `<g${ink({ fill: 'ink' })}>${each.join('')}</g>`
}

/** A triangle that stands on the side where the node has most room, upwards first: most lattices hang. */
function pin(node: number, taken: number[], fit: Fit, ink: Ink): string {
  const clear = (angle: number) => Math.min(Math.PI, ...taken.map((other) => apart(angle, other)))
  const sides = [FULL / 4, (3 * FULL) / 4, FULL / 2, 0]
  const side =
    sides.find((angle) => clear(angle) > FULL / 6 - 1e-6) ?? sides.reduce((a, b) => (clear(b) > clear(a) ? b : a))
  taken.push(side)
  const size = sizes(fit).pin
  const [x, y] = [fit.x[node], fit.y[node]]
  const [c, s] = [Math.cos(side), -Math.sin(side)]
  const corner = (along: number, across: number) =>
    `${px(x + along * c - across * s)} ${px(y + along * s + across * c)}`
  return `<path d="M${corner(0, 0)}L${corner(1.15 * size, 0.72 * size)}L${corner(1.15 * size, -0.72 * size)}Z" stroke-linejoin="round"${ink({ fill: 'ink' })}/>`
}

function arrowAngle(axis: 'x' | 'y', load = 1): number {
  return (axis === 'x' ? 0 : FULL / 4) + (load < 0 ? FULL / 2 : 0)
}

/** An arrow from the node along its axis, the way the load points; a pale edge keeps it apart from the bonds. */
function arrow({ node, axis, load }: PicturePort, fit: Fit, ink: Ink): string {
  const angle = arrowAngle(axis, load)
  const [c, s] = [Math.cos(angle), -Math.sin(angle)]
  const [x, y] = [fit.x[node], fit.y[node]]
  const head = clamp(0.3 * fit.arrow, 6, 12)
  const at = (along: number, across: number) => `${px(x + along * c - across * s)} ${px(y + along * s + across * c)}`
  const shaft = `M${at(sizes(fit).dot, 0)}L${at(fit.arrow - head, 0)}`
  const tip = `M${at(fit.arrow, 0)}L${at(fit.arrow - head, 0.5 * head)}L${at(fit.arrow - head, -0.5 * head)}Z`
  const width = clamp(0.06 * fit.arrow, 1.4, 2.6)
  // Beyond the tip, or above it where the bonds of a row would run through the words.
  const [wordsX, wordsY] = axis === 'x' ? [0.95 * fit.arrow * c, -13] : [0, (fit.arrow + 10) * s]
  const label = load === undefined ? '' : text(withUnit(load, 'N'), x + wordsX, y + wordsY, 'port', ink)
  return `<g${ink({ stroke: 'card' })}><path d="${shaft}" stroke-width="${px(width + 3)}"/><path d="${tip}" stroke-width="3" stroke-linejoin="round"/></g>
<path d="${shaft}" stroke-width="${px(width)}"${ink({ stroke: 'port' })}/><path d="${tip}"${ink({ fill: 'port' })}/>${label}`
}

/** A ring around the node, with ticks along the axis that is read. */
function ring({ node, axis }: PicturePort, fit: Fit, ink: Ink, among: boolean): string {
  const small = among && fit.bond < CROWDED
  const r = small ? Math.max(1, 0.25 * fit.bond) : sizes(fit).ring
  const [x, y] = [fit.x[node], fit.y[node]]
  const [dx, dy] = axis === 'x' ? [1, 0] : [0, 1]
  const tick = (way: number) =>
    `M${px(x + way * dx * r)} ${px(y + way * dy * r)}L${px(x + way * dx * 1.6 * r)} ${px(y + way * dy * 1.6 * r)}`
  const shape = `<circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}"/><path d="${tick(1)}${tick(-1)}"/>`
  const width = small ? 0.8 : clamp(0.24 * r, 1.2, 2.2)
  if (small) return `<g fill="none" stroke-width="${px(width)}"${ink({ stroke: 'port' })}>${shape}</g>`
  return `<g fill="none"><g stroke-width="${px(width + 2.4)}"${ink({ stroke: 'card' })}>${shape}</g><g stroke-width="${px(width)}"${ink({ stroke: 'port' })}>${shape}</g></g>`
}
