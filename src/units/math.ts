type MathJs = typeof import('mathjs')

/** mathjs, loaded on first use, in one file: as a thousand modules it takes a second, as a bundle a tenth. */
export async function math(): Promise<MathJs> {
  // @ts-expect-error the bundle has no types of its own; they are those of the package
  const bundle = (await import('mathjs/lib/browser/math.js')) as { readonly default: MathJs }
  return bundle.default
}
