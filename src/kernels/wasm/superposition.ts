// Built from assembly/superposition.ts by `npm run kernels`; test/kernels/build.test.ts compares.
export const superpositionWasm: string =
  'AGFzbQEAAAABCQFgBX9/f39/AAMCAQAFAwEAAAcSAgV3ZWlnaAAABm1lbW9yeQIACoUBAYIBAgN/AXsgA0EDdCEHA0AgBSAHSQRA/QwAAAAAAA' +
  'AAAAAAAAAAAAAAIQggASAFaiEGQQAhAwNAIAIgA0oEQCAIIAAgA0EDdGr9CgMAIAb9AAQA/fIB/fABIQggA0EBaiEDIAYgB2ohBgwBCwsgBCAF' +
  'aiAI/QsEACAFQRBqIQUMAQsLCw=='
