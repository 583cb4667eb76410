#include "chip.h"
#include "activation.h"
#include "crc32.h"
#include "memory.h"

Chip chip;

static uint32_t crc;
static uint8_t crc_valid;

uint16_t chip_params(void) { return chip.start[chip.banks]; }

int16_t chip_dac(uint16_t index) { return (int16_t)(theta[index] >> 16); }

void chip_changed(void) { crc_valid = 0; }

void chip_safe(void) {
  const uint16_t params = chip_params();
  for (uint16_t i = 0; i < params; i++) theta[i] = 0x8000;
  chip_changed();
}

uint32_t chip_crc(void) {
  if (crc_valid) return crc;
  const uint16_t params = chip_params();
  uint32_t value = CRC32_START;
  for (uint16_t i = 0; i < params; i++) {
    const uint16_t dac = (uint16_t)chip_dac(i);
    value = crc32_add(value, (uint8_t)dac);
    value = crc32_add(value, (uint8_t)(dac >> 8));
  }
  crc_valid = 1;
  return crc = ~value;
}

static uint32_t check(const uint8_t *setting, uint16_t length) {
  if (length < 1) return CHIP_MALFORMED;
  const uint8_t layers = setting[0];
  const uint8_t *width = setting + 1;
  uint32_t params = 0;
  if (length != (uint16_t)(layers + 2) || layers < 2 || setting[layers + 1] >= ACTIVATIONS) return CHIP_MALFORMED;
  if (layers > LIMIT_LAYERS) return LIMIT_LAYERS;
  for (uint8_t l = 0; l < layers; l++) {
    const uint8_t limit = l == 0 ? LIMIT_INPUT : LIMIT_WIDTH;
    if (width[l] == 0) return CHIP_MALFORMED;
    if (width[l] > limit) return limit;
    if (l > 0) params += (uint32_t)(width[l - 1] + 1) * width[l];
  }
  if (params > LIMIT_PARAMS || !memory_fits((uint16_t)params)) return LIMIT_PARAMS;
  return 0;
}

uint32_t chip_configure(const uint8_t *setting, uint16_t length) {
  const uint32_t wrong = check(setting, length);
  if (wrong) return wrong;
  const uint8_t gaps = (uint8_t)(setting[0] - 1);
  uint16_t at = 0;
  chip.layers = setting[0];
  chip.banks = (uint8_t)(2 * gaps);
  chip.activation = setting[setting[0] + 1];
  for (uint8_t l = 0; l < chip.layers; l++) chip.width[l] = setting[l + 1];
  for (uint8_t l = 0; l < gaps; l++) {
    chip.start[l] = at;
    at = (uint16_t)(at + chip.width[l] * chip.width[l + 1]);
  }
  for (uint8_t l = 0; l < gaps; l++) {
    chip.start[gaps + l] = at;
    at = (uint16_t)(at + chip.width[l + 1]);
  }
  chip.start[chip.banks] = at;
  memory_divide(at); /* frames move: `setting` is gone from here on */
  chip_safe();
  return 0;
}
