#include "schedule.h"
#include "bytes.h"
#include "code.h"
#include "delta.h"
#include "layer.h"

uint8_t schedule_read(Schedule *schedule, const uint8_t *at) {
  schedule->family = at[0];
  schedule->opposite = at[1] & 1;
  schedule->seed = get32(at + 2);
  schedule->index = get32(at + 6);
  schedule->hold = get16(at + 10);
  schedule->held = 0;
  schedule->negative = 0;
  if (schedule->family >= CODE_FAMILIES) return 1;
  if (at[1] > 1) return 2;
  return schedule->hold == 0 ? 11 : 0;
}

uint8_t schedule_reaches(const Schedule *schedule, uint32_t slots) {
  const uint32_t each = (uint32_t)schedule->hold << schedule->opposite;
  return (slots - 1) / each <= 0xFFFFFFFFUL - schedule->index;
}

uint8_t schedule_delta_kind(const Schedule *schedule) {
  if (schedule->family == CODE_SEQUENTIAL) return DELTA_SINGLE;
  return schedule->family == CODE_SINUSOID ? DELTA_WAVE : DELTA_SIGNS;
}

void schedule_use(const Schedule *schedule) {
  code_at(schedule->index);
  layer_bits = code_row;
  layer_flip = schedule->negative ? 0xFF : 0;
}

uint8_t schedule_next(Schedule *schedule) {
  if (++schedule->held != schedule->hold) return 0;
  schedule->held = 0;
  if (schedule->opposite) schedule->negative ^= 1;
  if (!schedule->negative) schedule->index++;
  return 1;
}
