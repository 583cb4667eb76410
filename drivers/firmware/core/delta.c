#include "delta.h"
#include "bytes.h"
#include "code.h"
#include "memory.h"
#include "layer.h"

Delta delta;

static int16_t perturbed(uint16_t i, int16_t by) {
  return layer_flip ? layer_minus(chip_dac(i), by) : layer_plus(chip_dac(i), by);
}

static int16_t offset(uint16_t i, int16_t amplitude) {
  if (delta.kind == DELTA_TRACK) return (int16_t)get16(delta.row + 2 * i);
  /* (amplitude * T + 2^14) >> 15 */
  return (int16_t)((2 * ((int32_t)amplitude * code_wave(i) + 16384)) >> 16);
}

static void one_by_one(uint16_t first, uint8_t width, const uint8_t *from, uint8_t inputs, int16_t amplitude) {
  for (; inputs != 0; inputs--, from += 2) {
    const int16_t a = (int16_t)get16(from);
    for (uint8_t o = 0; o < width; o++, first++)
      layer_sums[o] += ((int32_t)a * perturbed(first, offset(first, amplitude))) >> 8;
  }
}

/* The layer without perturbation is already in the sums; replaces the one product that is perturbed. */
static void replace_single(uint16_t first, uint8_t width, const uint8_t *from, uint8_t inputs, int16_t amplitude) {
  const uint16_t n = (uint16_t)(code_single - first);
  if (n >= (uint16_t)(width * inputs)) return;
  const int16_t a = (int16_t)get16(from + 2 * (n / width));
  const int16_t before = chip_dac(code_single), now = perturbed(code_single, amplitude);
  layer_sums[n % width] += (((int32_t)a * now) >> 8) - (((int32_t)a * before) >> 8);
}

void delta_layer(uint16_t first, uint8_t width, const uint8_t *from, uint8_t inputs, uint8_t bank) {
  const int16_t amplitude = delta.amplitude[bank];
  if (delta.kind == DELTA_TRACK || delta.kind == DELTA_WAVE) {
    one_by_one(first, width, from, inputs, amplitude);
    return;
  }
  /* Without signs: plus or minus nothing, whatever the bits are. */
  layer_signs(first, width, from, inputs, delta.kind == DELTA_SIGNS ? amplitude : 0);
  if (delta.kind == DELTA_SINGLE) replace_single(first, width, from, inputs, amplitude);
}
