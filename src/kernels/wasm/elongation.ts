// Built from assembly/elongation.ts by `npm run kernels`; test/kernels/build.test.ts compares.
export const elongationWasm: string =
  'AGFzbQEAAAABCgFgBX9/f39/AXwDAgEABQMBAAAHFQIIZWxvbmdhdGUAAAZtZW1vcnkCAAp0AXICAnwBeyAEIAJBA3RqIQIDQCACIARLBEAgBC' +
  'AB/QAEACADIAAoAgBq/QAEACADIAAoAgRq/QAEAP3xAf3yASIH/SEAIAf9IQGgIgY5AwAgBSAGmaUhBSAEQQhqIQQgAEEIaiEAIAFBEGohAQwB' +
  'CwsgBQs='
