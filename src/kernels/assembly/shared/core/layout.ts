// Places in the memory of a chip, bytes; the host's side is src/kernels/core/layout.ts.
//
// A set of axons is eight words of 64 bits in which axons stand sorted by type, every type from a word of its own: at most
// seven words have any. An axon's rank is its place in that order without the gaps.

/** Head of a chip. */
export const CORES = 0, NOW = 4, PATH = 8, LINES = 12, OPERATIONS = 16, MOST = 24
/** Scratch, from the head: sums of the input, short sums, a row of zeros, counts by word, random numbers, rows of events, bits. */
export const SUMS = 1024, SHORT = 2048, ZEROS = 2560, COUNTS = 3072, RHO = 7168, LIST = 8192, BLOCK = 9216, STAGE = 9728, FIRST = 17920

/**
 * A core: its neurons, words in use (4 or 8), what its neurons need, what popcounts would have saved so far, whether they
 * are ready, its key, the groups of 8 neurons that draw, and its neurons rounded up to 16.
 */
export const NEURONS = 0, SLOTS = 4, NEEDS = 8, OWED = 12, READY = 16, KEY0 = 20, KEY1 = 24, DRAWING = 28, WHOLE = 32
/** Axons whose rows are stale; per word its first rank, type and axons; per type the groups of 32 neurons that draw. */
export const STALE = 64, RANK = 128, TYPE = 160, AXONS = 192, CHANCE = 224
export const SPIKES = 256, RING = 320, POTENTIAL = 1344, AXON = 2368, DEGREE = 2624, NEURON = 3136
export const CROSSBAR = 10304, WEIGHT = 18496, MAGNITUDE = 20544, SIGN = 21568, TABLE = 22592, ROUTES = 26688
export const BITS = 30784, ROWS = 47168, SIZE = 178240

/** Bits of NEEDS. */
export const SYNAPSES = 1, NUMBERS = 2, REVERSAL = 4

/** What four neurons are set to: vectors, one after another, and bits of MODES, from the highest. */
export const LEAK = 0, TOP = 16, LOW = 32, VALUE = 48, BELOW = 64, MODES = 80, MASK = 96, RECORD = 112
export const TAKE = 0, KEEP = 1, ADD = 2, HOLD = 3, RANDOM_LEAK = 4, REVERSED = 5, WIDENED = 6

@inline export function get(at: usize, place: i32): usize { return load<u32>(at + place) as usize }
