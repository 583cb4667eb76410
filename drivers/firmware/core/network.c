#include "network.h"
#include "activation.h"
#include "bytes.h"
#include "chip.h"
#include "delta.h"

static int16_t outputs[2][LIMIT_WIDTH];
static int32_t sums[LIMIT_WIDTH];
static int16_t column[LIMIT_WIDTH];

const int16_t *network_forward(const uint8_t *input) {
  const uint8_t gaps = (uint8_t)(chip.layers - 1);
  int16_t *output = 0;
  for (uint8_t l = 0; l < gaps; l++) {
    const uint8_t width = chip.width[l + 1];
    uint16_t at = chip.start[l];
    for (uint8_t o = 0; o < width; o++) sums[o] = 0;
    for (uint8_t j = chip.width[l]; j != 0; j--) {
      const int16_t a = (int16_t)get16(input);
      input += 2;
      delta_fill(column, at, width, l);
      at = (uint16_t)(at + width);
      for (uint8_t o = 0; o < width; o++) sums[o] += ((int32_t)a * column[o]) >> 8;
    }
    delta_fill(column, chip.start[gaps + l], width, (uint8_t)(gaps + l));
    output = outputs[l & 1];
    for (uint8_t o = 0; o < width; o++) output[o] = activate(chip.activation, sums[o] - (int32_t)column[o] * 64);
    input = (const uint8_t *)output;
  }
  return output;
}
