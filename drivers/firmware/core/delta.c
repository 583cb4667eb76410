#include "delta.h"
#include "bytes.h"
#include "code.h"
#include "memory.h"

Delta delta;

static int16_t clip(uint8_t to_bottom) {
  if (delta.clipped != 0xFFFF) delta.clipped++;
  return to_bottom ? -32768 : 32767;
}

static inline int16_t plus(int16_t dac, int16_t by) {
  const int16_t sum = (int16_t)((uint16_t)dac + (uint16_t)by);
  return ((dac ^ sum) & (by ^ sum)) < 0 ? clip(by < 0) : sum;
}

static inline int16_t minus(int16_t dac, int16_t by) {
  const int16_t sum = (int16_t)((uint16_t)dac - (uint16_t)by);
  return ((dac ^ by) & (dac ^ sum)) < 0 ? clip(by >= 0) : sum;
}

static void fill_signs(int16_t *into, uint16_t first, uint8_t count, int16_t by) {
  const uint8_t flip = delta.negative ? 0xFF : 0;
  const uint8_t *from = delta.row + (first >> 3);
  const int32_t *value = theta + first;
  uint8_t left = (uint8_t)(8 - (first & 7));
  uint8_t bits = (uint8_t)(*from++ ^ flip) >> (first & 7);
  for (;;) {
    const int16_t dac = (int16_t)(*value++ >> 16);
    *into++ = (bits & 1) ? minus(dac, by) : plus(dac, by);
    if (--count == 0) return;
    bits >>= 1;
    if (--left == 0) {
      left = 8;
      bits = *from++ ^ flip;
    }
  }
}

static void fill_wave(int16_t *into, uint16_t first, uint8_t count, int16_t amplitude) {
  for (; count != 0; count--, first++) {
    const int16_t by = (int16_t)(((int32_t)amplitude * code_wave(first) + 16384) >> 15);
    *into++ = delta.negative ? minus(chip_dac(first), by) : plus(chip_dac(first), by);
  }
}

void delta_fill(int16_t *into, uint16_t first, uint8_t count, uint8_t bank) {
  const int16_t amplitude = delta.amplitude[bank];
  if (delta.kind == DELTA_SIGNS) {
    fill_signs(into, first, count, amplitude);
    return;
  }
  if (delta.kind == DELTA_WAVE) {
    fill_wave(into, first, count, amplitude);
    return;
  }
  for (uint8_t n = 0; n < count; n++) into[n] = chip_dac((uint16_t)(first + n));
  if (delta.kind == DELTA_TRACK) {
    const uint8_t *by = delta.row + 2 * first;
    for (uint8_t n = 0; n < count; n++, by += 2) into[n] = plus(into[n], (int16_t)get16(by));
  } else if (delta.kind == DELTA_SINGLE) {
    const uint16_t n = (uint16_t)(code_single - first);
    if (n < count) into[n] = delta.negative ? minus(into[n], amplitude) : plus(into[n], amplitude);
  }
}
