#include "update.h"
#include "chip.h"
#include "code.h"
#include "delta.h"
#include "memory.h"

#define TOP 0x7FFFFFFFL
#define BOTTOM (-TOP - 1 + 0x8000) /* theta is kept 0x8000 higher than theta32 */

uint16_t update_clipped;

/* x * m = high * 2^16 + low */
static int32_t multiply(int32_t x, int16_t m, uint16_t *low) {
  const int32_t lower = (int32_t)(uint16_t)x * m;
  *low = (uint16_t)lower;
  return (int32_t)(int16_t)(x >> 16) * m + (lower >> 16);
}

int32_t update_scale(int32_t x, int16_t m, int8_t e) {
  uint16_t low;
  const int32_t high = multiply(x, m, &low);
  if (e > 16) return ((high >> (e - 17)) + 1) >> 1;
  if (e == 16) return high + (low >> 15);
  if (e > 0) {
    const int32_t limit = 1L << (15 + e);
    if (high >= limit) return TOP;
    if (high < -limit) return -TOP;
    const uint32_t sum = ((uint32_t)high << (16 - e)) + (((uint32_t)low + (1UL << (e - 1))) >> e);
    if (sum == 0x80000000UL) return high < 0 ? -TOP : TOP;
    return (int32_t)sum;
  }
  if (high > 32767) return TOP;
  if (high < -32768) return -TOP;
  const int32_t whole = (int32_t)(((uint32_t)high << 16) | low);
  if (whole > (TOP >> -e)) return TOP;
  if (whole < -(TOP >> -e)) return -TOP;
  return (int32_t)((uint32_t)whole << -e);
}

int32_t update_limit(uint8_t bottom) {
  if (update_clipped != 0xFFFF) update_clipped++;
  return bottom ? BOTTOM : TOP;
}

static int32_t sum(int32_t old, int32_t by) {
  const int32_t sum = (int32_t)((uint32_t)old + (uint32_t)by);
  if (by >= 0) return sum >= old ? sum : update_limit(0);
  return sum <= old && sum >= BOTTOM ? sum : update_limit(1);
}

#ifndef PORT_UPDATE
void update_signs(uint16_t first, uint16_t count, int32_t by) {
  for (uint16_t i = first; i < first + count; i++)
    theta[i] = sum(theta[i], (code_row[i >> 3] >> (i & 7)) & 1 ? -by : by);
}
#endif

static void add_wave(const int32_t *increment) {
  for (uint8_t bank = 0; bank < chip.banks; bank++) {
    for (uint16_t i = chip.start[bank]; i < chip.start[bank + 1]; i++) {
      uint16_t low;
      const int32_t high = multiply(increment[bank], code_wave(i), &low);
      theta[i] = sum(theta[i], (int32_t)(((uint32_t)high << 1) | (low >> 15)));
    }
  }
}

void update_add(uint8_t delta_kind, const int32_t *increment) {
  if (delta_kind == DELTA_WAVE) {
    add_wave(increment);
  } else if (delta_kind == DELTA_SIGNS) {
    for (uint8_t bank = 0; bank < chip.banks; bank++)
      update_signs(chip.start[bank], (uint16_t)(chip.start[bank + 1] - chip.start[bank]), increment[bank]);
  } else {
    uint8_t bank = 0;
    while (chip.start[bank + 1] <= code_single) bank++;
    theta[code_single] = sum(theta[code_single], increment[bank]);
  }
}
