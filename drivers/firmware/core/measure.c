#include "activation.h"
#include "bytes.h"
#include "chip.h"
#include "code.h"
#include "control.h"
#include "delta.h"
#include "jobs.h"
#include "memory.h"
#include "network.h"
#include "port.h"
#include "layer.h"
#include "schedule.h"
#include "send.h"

enum { WITHOUT, TRACK, SIGNS, CODE, DELTAS };

typedef struct {
  uint16_t slots, drive_hold, delta_hold, delta_row; /* delta_row: bytes */
  uint8_t kind;
  const uint8_t *drive;
  Schedule schedule;
} Setting;

static uint32_t rows(uint16_t slots, uint16_t hold) { return (slots + (uint32_t)hold - 1) / hold; }

static void read_amplitudes(const uint8_t *at) {
  for (uint8_t b = 0; b < chip.banks; b++) delta.amplitude[b] = (int16_t)get16(at + 2 * b);
}

/* 1 if the request is sound; otherwise it has been refused. */
static uint8_t read(const Frame *frame, Setting *s) {
  const uint8_t *at = frame_payload(frame);
  const uint8_t amplitudes = (uint8_t)(2 * chip.banks);
  uint32_t wanted = 9;
  if (frame->length < wanted) goto length;
  s->slots = get16(at + 4);
  s->drive_hold = get16(at + 6);
  s->kind = at[8];
  if (s->slots == 0) return refuse(frame, REFUSE_VALUE, 4), 0;
  if (s->slots > LIMIT_SLOTS) return refuse(frame, REFUSE_TOO_BIG, LIMIT_SLOTS), 0;
  if (s->drive_hold == 0) return refuse(frame, REFUSE_VALUE, 6), 0;
  if (s->kind >= DELTAS) return refuse(frame, REFUSE_VALUE, 8), 0;
  if (s->kind == CODE) wanted += SCHEDULE_BYTES;
  else if (s->kind != WITHOUT) wanted += 2; /* hold */
  if (s->kind == CODE || s->kind == SIGNS) wanted += amplitudes;
  if (frame->length < wanted) goto length;
  delta.kind = DELTA_NONE;
  layer_flip = 0;
  layer_clipped = 0;
  code_close();
  layer_bits = code_row;
  if (s->kind == CODE) {
    const uint8_t wrong = schedule_read(&s->schedule, at + 9);
    if (wrong) return refuse(frame, REFUSE_VALUE, 8u + wrong), 0;
    if (!schedule_reaches(&s->schedule, s->slots)) return refuse(frame, REFUSE_LIMIT, s->slots), 0;
    read_amplitudes(at + 9 + SCHEDULE_BYTES);
  } else if (s->kind != WITHOUT) {
    s->delta_hold = get16(at + 9);
    if (s->delta_hold == 0) return refuse(frame, REFUSE_VALUE, 9), 0;
    s->delta_row = s->kind == TRACK ? (uint16_t)(2 * chip_params()) : (uint16_t)((chip_params() + 7u) / 8);
    if (s->kind == SIGNS) read_amplitudes(at + 11);
    delta.row = at + wanted;
    layer_bits = delta.row;
    wanted += rows(s->slots, s->delta_hold) * s->delta_row;
  }
  s->drive = at + wanted;
  wanted += rows(s->slots, s->drive_hold) * 2 * chip.width[0];
  if (frame->length == wanted) return 1;
length:
  refuse(frame, REFUSE_LENGTH, wanted);
  return 0;
}

static void start_delta(const Setting *s) {
  if (s->kind == TRACK) delta.kind = DELTA_TRACK;
  if (s->kind == SIGNS) delta.kind = DELTA_SIGNS;
  if (s->kind != CODE) return;
  code_open(s->schedule.family, s->schedule.seed, chip_params(), 0);
  delta.kind = schedule_delta_kind(&s->schedule);
  schedule_use(&s->schedule);
}

static void count_saturated(const int16_t *reading, uint8_t width, uint16_t *count) {
  if (chip.activation != RECTIFIED) return;
  for (uint8_t o = 0; o < width; o++)
    if ((reading[o] == 0 || reading[o] == 32767) && *count != 0xFFFF) ++*count;
}

static void send_reading(const Frame *frame, uint16_t slot, const int16_t *reading, uint8_t width) {
  if (send_length() == 0) {
    send_begin(DATA, frame_seq(frame));
    send16(slot);
  }
  for (uint8_t o = 0; o < width; o++) send16((uint16_t)reading[o]);
  if (send_length() + 2u * width > memory.payload + 3u) send_end();
}

void job_measure(const Frame *frame) {
  static Setting s;
  if (!read(frame, &s)) return;
  const uint8_t width = chip.width[chip.layers - 1];
  uint16_t saturated = 0, drive_held = 0, delta_held = 0;
  start_delta(&s);
  machine.state = STATE_RUNNING;
  const uint32_t started = port_micros();
  for (uint16_t slot = 0; slot < s.slots; slot++) {
    const int16_t *reading = network_forward(s.drive);
    count_saturated(reading, width, &saturated);
    send_reading(frame, slot, reading, width);
    if (!machine_goes_on()) {
      send_close();
      refuse(frame, REFUSE_ABORTED, slot);
      return;
    }
    if (++drive_held == s.drive_hold) {
      drive_held = 0;
      s.drive += 2 * chip.width[0];
    }
    if (s.kind == CODE) {
      if (schedule_next(&s.schedule) && slot + 1 < s.slots) schedule_use(&s.schedule);
    } else if (s.kind != WITHOUT && ++delta_held == s.delta_hold) {
      delta_held = 0;
      delta.row += s.delta_row;
      layer_bits = delta.row;
    }
  }
  send_close();
  machine.state = STATE_ARMED;
  answer(frame);
  send16(s.slots);
  send16(layer_clipped);
  send16(saturated);
  send32(started);
  send32(port_micros());
  send_end();
}
