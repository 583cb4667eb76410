// Built from assembly/elongation.ts by `npm run kernels`; test/kernels/build.test.ts compares.
export const elongationWasm: string =
  'AGFzbQEAAAABCQFgBX9/f39/AAMCAQAFAwEAAAcVAghlbG9uZ2F0ZQAABm1lbW9yeQIACmYBZAEBeyAEIAJBA3RqIQIDQCACIARLBEAgBCAB/Q' +
  'AEACADIAAoAgBq/QAEACADIAAoAgRq/QAEAP3xAf3yASIF/SEAIAX9IQGgOQMAIARBCGohBCAAQQhqIQAgAUEQaiEBDAELCws='
