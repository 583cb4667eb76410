#include "requests.h"
#include "bytes.h"
#include "chip.h"
#include "describe.h"
#include "hello.h"
#include "memory.h"
#include "port.h"
#include "send.h"
#include "store.h"

#define WATCHDOG_SHORTEST 50
#define WATCHDOG_LONGEST 60000U

static uint16_t skip, left;

static void send_piece(uint8_t byte) {
  if (skip) skip--;
  else if (left) {
    left--;
    send8(byte);
  }
}

void request_describe(const Frame *frame) {
  if (frame->length != 2) return refuse(frame, REFUSE_LENGTH, 2);
  skip = get16(frame_payload(frame));
  left = (uint16_t)(memory.payload - 2);
  answer(frame);
  send16(skip);
  describe(send_piece);
  send_end();
}

void request_configure(const Frame *frame) {
  if (machine.state != STATE_IDLE) return refuse(frame, REFUSE_STATE, STATE_IDLE);
  store_begin(frame); /* dividing the memory anew moves the frame */
  const uint32_t wrong = chip_configure(frame_payload(frame), frame->length);
  if (wrong) {
    store_forget();
    return refuse(frame, wrong == CHIP_MALFORMED ? REFUSE_VALUE : REFUSE_TOO_BIG, wrong == CHIP_MALFORMED ? 0 : wrong);
  }
  receive_reset();
  hello_prepare();
  hello(store8);
  store_send();
}

void request_arm(const Frame *frame) {
  const uint8_t *at = frame_payload(frame);
  if (frame->length != 6) return refuse(frame, REFUSE_LENGTH, 6);
  if (machine.state == STATE_FAULT) return refuse(frame, REFUSE_FAULT, machine.fault);
  const uint32_t id = get32(at);
  const uint16_t watchdog = get16(at + 4);
  if (id == 0) return refuse(frame, REFUSE_VALUE, 0);
  if (watchdog < WATCHDOG_SHORTEST || watchdog > WATCHDOG_LONGEST) return refuse(frame, REFUSE_VALUE, 4);
  machine.arming = id;
  machine.watchdog = watchdog;
  machine.state = STATE_ARMED;
  store_begin(frame);
  store8(machine.state);
  store_send();
}

void request_write(const Frame *frame) {
  const uint8_t *at = frame_payload(frame);
  if (frame->length < 8 || (frame->length & 1)) return refuse(frame, REFUSE_LENGTH, 8);
  uint16_t first = get16(at + 4);
  uint16_t count = (uint16_t)((frame->length - 6) / 2);
  if ((uint32_t)first + count > chip_params()) return refuse(frame, REFUSE_LIMIT, (uint32_t)first + count - 1);
  for (at += 6; count != 0; count--, at += 2) theta[first++] = (int32_t)((uint32_t)get16(at) << 16 | 0x8000);
  chip_changed();
  store_begin(frame);
  store32(chip_crc());
  store_send();
}

void request_read(const Frame *frame) {
  const uint8_t *at = frame_payload(frame);
  if (frame->length != 4) return refuse(frame, REFUSE_LENGTH, 4);
  uint16_t first = get16(at), count = get16(at + 2);
  if ((uint32_t)first + count > chip_params()) return refuse(frame, REFUSE_LIMIT, (uint32_t)first + count - 1);
  const uint16_t most = (uint16_t)(memory.payload / 2 - 1);
  if (count > most) count = most;
  answer(frame);
  send16(first);
  for (; count != 0; count--) send16((uint16_t)chip_dac(first++));
  send_end();
}

void request_clear(const Frame *frame) {
  if (frame->length != 1) return refuse(frame, REFUSE_LENGTH, 1);
  if (machine.state != STATE_FAULT) return refuse(frame, REFUSE_STATE, STATE_FAULT);
  if (frame_payload(frame)[0] != machine.fault) return refuse(frame, REFUSE_FAULT, machine.fault);
  machine.state = STATE_IDLE;
  machine.fault = FAULT_NONE;
  store_begin(frame);
  store8(machine.state);
  store_send();
}

void request_snapshot(const Frame *frame) {
  if (frame->length != 4) return refuse(frame, REFUSE_LENGTH, 4);
  const uint32_t total = 4 * (uint32_t)chip_params(), offset = get32(frame_payload(frame));
  if (offset > total || (offset & 3)) return refuse(frame, REFUSE_VALUE, 0);
  uint16_t most = (uint16_t)((memory.payload - 8) / 4);
  answer(frame);
  send32(total);
  send32(offset);
  for (uint16_t i = (uint16_t)(offset / 4); i < chip_params() && most != 0; i++, most--)
    send32((uint32_t)theta[i] - 0x8000);
  send_end();
}

void request_restore(const Frame *frame) {
  const uint8_t *at = frame_payload(frame);
  if (frame->length < 16 || (frame->length & 3)) return refuse(frame, REFUSE_LENGTH, 16);
  const uint32_t total = 4 * (uint32_t)chip_params(), offset = get32(at + 8);
  const uint16_t bytes = (uint16_t)(frame->length - 12);
  if (get32(at + 4) != total) return refuse(frame, REFUSE_VALUE, 4);
  if ((offset & 3) || offset > total || bytes > total - offset) return refuse(frame, REFUSE_VALUE, 8);
  for (uint16_t n = 0; n < bytes; n += 4) {
    const int32_t value = (int32_t)get32(at + 12 + n);
    theta[(offset + n) / 4] = value > 0x7FFFFFFFL - 0x8000 ? 0x7FFFFFFFL : value + 0x8000;
  }
  chip_changed();
  store_begin(frame);
  store32(chip_crc());
  store_send();
}
