#include "code.h"
#include "bytes.h"
#include "memory.h"
#include "shuffle.h"
#include "sine.h"
#include "threefry.h"

uint8_t code_signs[(LIMIT_PARAMS + 7) / 8];
uint16_t code_single;

static struct {
  uint8_t family;
  uint32_t seed, index;
  uint16_t params;
  Shuffle shuffle;
  uint8_t tabled;      /* the scratch memory holds a table: rows (walsh), or frequency and phase (sinusoid) */
  uint8_t bits;        /* walsh: log2 of the code length; random, P <= 64: log2 of the bits per index */
  uint32_t spacing;    /* sinusoid: D */
  uint32_t block[2];   /* random, P <= 64: the words that hold several indices */
  uint32_t block_index;
} code;

static uint16_t walsh_row(uint16_t i) {
  return code.tabled ? get16(memory_scratch() + 2 * i) : (uint16_t)(1 + shuffle_at(&code.shuffle, i));
}

static uint32_t frequency(uint16_t i) {
  return code.tabled ? get32(memory_scratch() + 8 * (uint32_t)i)
                     : 429496729UL + code.spacing * shuffle_at(&code.shuffle, i);
}

static uint32_t phase(uint16_t i) {
  uint32_t words[2];
  if (code.tabled) return get32(memory_scratch() + 8 * (uint32_t)i + 4);
  threefry(code.seed, STREAM_PHASE, i, 0, words);
  return words[0];
}

static void open_random(void) {
  code.bits = 0;
  while ((1u << code.bits) < code.params && code.bits < 6) code.bits++;
  threefry(code.seed, STREAM_RANDOM, 0, 0, code.block);
  code.block_index = 0;
}

static void open_walsh(uint32_t room) {
  code.bits = 1;
  while ((1UL << code.bits) <= code.params) code.bits++;
  shuffle_open(&code.shuffle, code.seed, STREAM_WALSH, (1UL << code.bits) - 1);
  if (room < 2 * (uint32_t)code.params) return;
  for (uint16_t i = 0; i < code.params; i++) {
    const uint16_t row = walsh_row(i);
    memcpy(memory_scratch() + 2 * i, &row, sizeof row);
  }
  code.tabled = 1;
}

static void open_sinusoid(uint32_t room) {
  code.spacing = 1288490188UL / code.params; /* floor(0.3 * 2^32 / P) */
  shuffle_open(&code.shuffle, code.seed, STREAM_FREQUENCY, code.params);
  if (room < 8 * (uint32_t)code.params) return;
  for (uint16_t i = 0; i < code.params; i++) {
    const uint32_t f = frequency(i), p = phase(i);
    put32(memory_scratch() + 8 * (uint32_t)i, f);
    put32(memory_scratch() + 8 * (uint32_t)i + 4, p);
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
  if (family == CODE_RANDOM) open_random();
  if (family == CODE_WALSH) open_walsh(room);
  if (family == CODE_SEQUENTIAL) shuffle_open(&code.shuffle, seed, STREAM_SEQUENTIAL, params);
  if (family == CODE_SINUSOID) open_sinusoid(room);
}

static void few_random(uint32_t index) {
  const uint8_t share = (uint8_t)(6 - code.bits); /* log2 of the indices per block */
  const uint32_t block = index >> share;
  uint8_t bit = (uint8_t)(((uint8_t)index & ((1u << share) - 1)) << code.bits);
  if (block != code.block_index) {
    threefry(code.seed, STREAM_RANDOM, block, 0, code.block);
    code.block_index = block;
  }
  uint8_t bytes[8];
  put32(bytes, code.block[0]);
  put32(bytes + 4, code.block[1]);
  uint8_t *to = code_signs;
  for (uint16_t left = code.params; ; left -= 8, bit += 8) {
    *to++ = bytes[bit >> 3] >> (bit & 7);
    if (left <= 8) break;
  }
}

static void many_random(uint32_t index) {
  const uint16_t blocks = (uint16_t)((code.params + 63u) >> 6);
  uint32_t words[2];
  for (uint16_t b = 0; b < blocks; b++) {
    threefry(code.seed, STREAM_RANDOM, index, b, words);
    uint8_t bytes[8];
    put32(bytes, words[0]);
    put32(bytes + 4, words[1]);
    const uint16_t at = (uint16_t)(b * 8);
    for (uint8_t i = 0; i < 8 && at + i < (uint16_t)sizeof code_signs; i++) code_signs[at + i] = bytes[i];
  }
}

static uint8_t parity(uint16_t word) {
  uint8_t x = (uint8_t)(word ^ (word >> 8));
  x ^= (uint8_t)(x >> 4);
  return (uint8_t)(0x6996u >> (x & 15)) & 1;
}

static void walsh(uint32_t index) {
  const uint16_t column = (uint16_t)(index & ((1UL << code.bits) - 1));
  const uint8_t cycle = (uint8_t)(index >> code.bits) & 1;
  uint8_t byte = 0, bit = 1;
  uint8_t *to = code_signs;
  for (uint16_t i = 0; i < code.params; i++) {
    if (parity(walsh_row(i) & column) ^ cycle) byte |= bit;
    bit = (uint8_t)(bit << 1);
    if (bit == 0) {
      *to++ = byte;
      byte = 0;
      bit = 1;
    }
  }
  if (bit != 1) *to = byte;
}

void code_at(uint32_t index) {
  code.index = index;
  if (code.family == CODE_WALSH) walsh(index);
  else if (code.family == CODE_SEQUENTIAL) code_single = shuffle_at(&code.shuffle, (uint16_t)(index % code.params));
  else if (code.family == CODE_RANDOM && code.params <= 64) few_random(index);
  else if (code.family == CODE_RANDOM) many_random(index);
}

int16_t code_wave(uint16_t i) { return sine(frequency(i) * code.index + phase(i)); }
