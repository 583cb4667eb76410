#include "layer.h"
#include "bytes.h"
#include "memory.h"

int32_t layer_sums[LIMIT_WIDTH];
const uint8_t *layer_bits;
uint8_t layer_flip;
uint16_t layer_clipped;

static int16_t clip(uint8_t to_bottom) {
  if (layer_clipped != 0xFFFF) layer_clipped++;
  return to_bottom ? -32768 : 32767;
}

int16_t layer_plus(int16_t dac, int16_t by) {
  const int16_t sum = (int16_t)((uint16_t)dac + (uint16_t)by);
  return ((dac ^ sum) & (by ^ sum)) < 0 ? clip(by < 0) : sum;
}

int16_t layer_minus(int16_t dac, int16_t by) {
  const int16_t sum = (int16_t)((uint16_t)dac - (uint16_t)by);
  return ((dac ^ by) & (dac ^ sum)) < 0 ? clip(by >= 0) : sum;
}

#ifndef PORT_LAYER
void layer_signs(uint16_t first, uint8_t width, const uint8_t *from, uint8_t inputs, int16_t by) {
  const int32_t *value = theta + first;
  const uint8_t *bits = layer_bits + (first >> 3);
  uint8_t at = first & 7;
  for (; inputs != 0; inputs--, from += 2) {
    const int16_t a = (int16_t)get16(from);
    for (uint8_t o = 0; o < width; o++) {
      const int16_t dac = (int16_t)(*value++ >> 16);
      const uint8_t minus = (uint8_t)((*bits ^ layer_flip) >> at) & 1;
      layer_sums[o] += ((int32_t)a * (minus ? layer_minus(dac, by) : layer_plus(dac, by))) >> 8;
      at = (at + 1) & 7;
      bits += at == 0;
    }
  }
}
#endif
