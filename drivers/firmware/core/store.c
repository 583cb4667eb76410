#include "store.h"
#include "bytes.h"
#include "port.h"
#include "send.h"

#define HEAD 14 /* LEARN: clipped, start, end, parameter CRC; then a cost per row. HELLO's reply, for CONFIGURE, is 26 */

static uint8_t bytes[HEAD + 4 * LIMIT_LEARN_ROWS];
static uint16_t length;
static uint8_t valid, type;
static uint16_t seq;
static uint32_t crc;

static uint32_t crc_of(const Frame *frame) { return get32(frame->data + 3 + frame->length); }

static void send(void) {
  send_begin(type | 0x80, seq);
  for (uint16_t i = 0; i < length; i++) send8(bytes[i]);
  send_end();
}

uint8_t store_answers(const Frame *frame) {
  if (!valid || frame->data[0] != type || get16(frame->data + 1) != seq || crc_of(frame) != crc) return 0;
  send();
  return 1;
}

void store_begin(const Frame *frame) {
  valid = 0;
  type = frame->data[0];
  seq = get16(frame->data + 1);
  crc = crc_of(frame);
  length = 0;
}

void store8(uint8_t value) { bytes[length++] = value; }

void store16(uint16_t value) {
  store8((uint8_t)value);
  store8((uint8_t)(value >> 8));
}

void store32(uint32_t value) {
  store16((uint16_t)value);
  store16((uint16_t)(value >> 16));
}

uint8_t *store_skip(uint8_t count) {
  uint8_t *const at = bytes + length;
  length = (uint16_t)(length + count);
  return at;
}

void store_send(void) {
  valid = 1;
  send();
}

void store_forget(void) { valid = 0; }
