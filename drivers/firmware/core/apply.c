#include "bytes.h"
#include "chip.h"
#include "code.h"
#include "delta.h"
#include "jobs.h"
#include "port.h"
#include "schedule.h"
#include "store.h"
#include "update.h"

void job_apply(const Frame *frame) {
  const uint8_t *at = frame_payload(frame);
  const uint8_t head = (uint8_t)(4 + SCHEDULE_BYTES + 2 * chip.banks);
  Schedule schedule;
  uint32_t wanted = head + 3u;
  if (frame->length >= wanted) wanted += 2 * (uint32_t)get16(at + head + 1);
  if (frame->length != wanted) {
    refuse(frame, REFUSE_LENGTH, wanted);
    return;
  }
  const uint8_t wrong = schedule_read(&schedule, at + 4);
  const int8_t exponent = (int8_t)at[head];
  const uint16_t count = get16(at + head + 1);
  if (wrong || exponent < -16 || exponent > 31 || count == 0) {
    refuse(frame, REFUSE_VALUE, wrong ? 3u + wrong : count ? head : head + 1u);
    return;
  }
  schedule.hold = 1;
  schedule.opposite = 0;
  if (!schedule_reaches(&schedule, count)) {
    refuse(frame, REFUSE_LIMIT, count);
    return;
  }
  const uint8_t kind = schedule_delta_kind(&schedule);
  code_open(schedule.family, schedule.seed, chip_params(), 0);
  update_clipped = 0;
  for (uint16_t k = 0; k < count; k++) {
    const int16_t coefficient = (int16_t)get16(at + head + 3 + 2 * k);
    int32_t increment[LIMIT_BANKS];
    for (uint8_t b = 0; b < chip.banks; b++)
      increment[b] = update_scale((int16_t)get16(at + 4 + SCHEDULE_BYTES + 2 * b), coefficient, exponent);
    code_at(schedule.index + k);
    update_add(kind, increment);
    port_breathe(0);
  }
  chip_changed();
  store_begin(frame);
  store16(update_clipped);
  store32(chip_crc());
  store_send();
}
