#include "code.h"
#include "bytes.h"
#include "memory.h"
#include "shuffle.h"
#include "sine.h"
#include "threefry.h"

#define TONE_BYTES 6

static uint8_t signs[(LIMIT_PARAMS + 7) / 8];
const uint8_t *code_row = signs;
uint16_t code_single;

static struct {
  uint8_t family;
  uint32_t seed, index;
  uint16_t params;
  Shuffle shuffle;
  uint8_t tabled;      /* the scratch memory holds a table: sign rows (walsh), or frequency's place and phase (sinusoid) */
  uint8_t bits;        /* walsh: log2 of the code length; random, P <= 64: log2 of the bits per index */
  uint32_t column;     /* walsh: whose signs are held; the bit above the code length turns them all */
  uint32_t spacing;    /* sinusoid: D */
  uint32_t block[2];   /* random, P <= 64: the words that hold several indices */
  uint32_t block_index;
} code;

static uint32_t frequency(uint16_t i) {
  const uint16_t order = code.tabled ? get16(memory_scratch() + TONE_BYTES * i) : shuffle_at(&code.shuffle, i);
  return 429496729UL + code.spacing * order;
}

static uint32_t phase(uint16_t i) {
  uint32_t words[2];
  if (code.tabled) return get32(memory_scratch() + TONE_BYTES * i + 2);
  threefry(code.seed, STREAM_PHASE, i, 0, words);
  return words[0];
}

static void open_random(void) {
  code.bits = 0;
  while ((1u << code.bits) < code.params && code.bits < 6) code.bits++;
  threefry(code.seed, STREAM_RANDOM, 0, 0, code.block);
  code.block_index = 0;
}

/* The sign of a parameter is linear in the bits of the column, so a table holds the sign row of every single bit. */
static void open_walsh(uint32_t room) {
  const uint16_t bytes = (uint16_t)((code.params + 7u) / 8);
  code.bits = 1;
  while ((1UL << code.bits) <= code.params) code.bits++;
  shuffle_open(&code.shuffle, code.seed, STREAM_WALSH, (1UL << code.bits) - 1);
  code.column = 0;
  memset(signs, 0, sizeof signs);
  if (room < (uint32_t)bytes * code.bits) return;
  memset(memory_scratch(), 0, (size_t)bytes * code.bits);
  for (uint16_t i = 0; i < code.params; i++) {
    uint8_t *at = memory_scratch() + (i >> 3);
    for (uint16_t row = (uint16_t)(1 + shuffle_at(&code.shuffle, i)); row != 0; row >>= 1, at += bytes)
      if (row & 1) *at |= (uint8_t)(1u << (i & 7));
  }
  code.tabled = 1;
}

static void open_sinusoid(uint32_t room) {
  code.spacing = 1288490188UL / code.params; /* floor(0.3 * 2^32 / P) */
  shuffle_open(&code.shuffle, code.seed, STREAM_FREQUENCY, code.params);
  if (room < TONE_BYTES * (uint32_t)code.params) return;
  for (uint16_t i = 0; i < code.params; i++) {
    uint8_t *at = memory_scratch() + TONE_BYTES * i;
    const uint16_t order = shuffle_at(&code.shuffle, i);
    const uint32_t p = phase(i);
    memcpy(at, &order, sizeof order);
    put32(at + 2, p);
    port_breathe(0);
  }
  code.tabled = 1;
}

void code_open(uint8_t family, uint32_t seed, uint16_t params, uint16_t reserved) {
  const uint32_t room = memory.scratch - reserved;
  code.family = family;
  code.seed = seed;
  code.params = params;
  code.tabled = 0;
  code_close();
  if (family == CODE_RANDOM) open_random();
  if (family == CODE_WALSH) open_walsh(room);
  if (family == CODE_SEQUENTIAL) shuffle_open(&code.shuffle, seed, STREAM_SEQUENTIAL, params);
  if (family == CODE_SINUSOID) open_sinusoid(room);
}

static void few_random(uint32_t index) {
  const uint8_t share = (uint8_t)(6 - code.bits); /* log2 of the indices per block */
  const uint32_t block = index >> share;
  const uint8_t bit = (uint8_t)(((uint8_t)index & ((1u << share) - 1)) << code.bits);
  if (block != code.block_index) {
    threefry(code.seed, STREAM_RANDOM, block, 0, code.block);
    code.block_index = block;
  }
  const uint8_t *byte = (const uint8_t *)code.block + (bit >> 3);
  if (code.bits < 3) { /* several indices in one byte */
    signs[0] = *byte >> (bit & 7);
    byte = signs;
  }
  code_row = byte;
}

static void many_random(uint32_t index) {
  const uint16_t blocks = (uint16_t)((code.params + 63u) >> 6);
  uint32_t words[2];
  for (uint16_t b = 0; b < blocks; b++) {
    threefry(code.seed, STREAM_RANDOM, index, b, words);
    const uint16_t at = (uint16_t)(b * 8), left = (uint16_t)(sizeof signs - at);
    memcpy(signs + at, words, left < 8 ? left : 8);
  }
}

static uint8_t parity(uint16_t word) {
  uint8_t x = (uint8_t)(word ^ (word >> 8));
  x ^= (uint8_t)(x >> 4);
  return (uint8_t)(0x6996u >> (x & 15)) & 1;
}

static void walsh_slowly(uint16_t column, uint8_t turned) {
  for (uint16_t i = 0; i < code.params; i++) {
    const uint8_t bit = (uint8_t)(1u << (i & 7));
    if (parity((uint16_t)(1 + shuffle_at(&code.shuffle, i)) & column) ^ turned) signs[i >> 3] |= bit;
    else signs[i >> 3] &= (uint8_t)~bit;
  }
}

static void walsh(uint32_t index) {
  const uint16_t bytes = (uint16_t)((code.params + 7u) / 8);
  const uint32_t length = 1UL << code.bits, column = index & (2 * length - 1);
  if (!code.tabled) {
    walsh_slowly((uint16_t)(column & (length - 1)), column >= length);
    return;
  }
  const uint8_t *row = memory_scratch();
  uint32_t changed = column ^ code.column;
  code.column = column;
  for (uint8_t bit = 0; changed != 0; bit++, changed >>= 1, row += bytes) {
    if (!(changed & 1)) continue;
    for (uint16_t n = 0; n < bytes; n++) signs[n] ^= bit == code.bits ? 0xFF : row[n];
  }
}

void code_close(void) { code_row = signs; }

void code_at(uint32_t index) {
  code.index = index;
  if (code.family == CODE_WALSH) walsh(index);
  else if (code.family == CODE_SEQUENTIAL) code_single = shuffle_at(&code.shuffle, (uint16_t)(index % code.params));
  else if (code.family == CODE_RANDOM && code.params <= 64) few_random(index);
  else if (code.family == CODE_RANDOM) many_random(index);
}

int16_t code_wave(uint16_t i) { return sine(frequency(i) * code.index + phase(i)); }
