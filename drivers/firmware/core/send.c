#include "send.h"
#include "crc32.h"
#include "port.h"

static uint32_t crc;
static uint16_t hole; /* place of the COBS length byte of the open run */
static uint8_t run;   /* its value so far */
static uint16_t length;

static void close_run(void) {
  port_send_fill(hole, run);
  port_send_release();
  hole = port_send_hole();
  run = 1;
}

static void encode(uint8_t byte) {
  if (byte == 0) {
    close_run();
    return;
  }
  port_send(byte);
  if (++run == 0xFF) close_run();
}

void send_begin(uint8_t type, uint16_t seq) {
  crc = CRC32_START;
  port_send(0);
  hole = port_send_hole();
  run = 1;
  length = 0;
  send8(type);
  send16(seq);
}

void send8(uint8_t value) {
  length++;
  crc = crc32_add(crc, value);
  encode(value);
}

void send16(uint16_t value) {
  send8((uint8_t)value);
  send8((uint8_t)(value >> 8));
}

void send32(uint32_t value) {
  send16((uint16_t)value);
  send16((uint16_t)(value >> 16));
}

void send_end(void) {
  uint32_t check = ~crc;
  for (uint8_t i = 0; i < 4; i++) {
    encode((uint8_t)check);
    check >>= 8;
  }
  port_send_fill(hole, run);
  port_send(0);
  port_send_release();
  length = 0;
}

uint16_t send_length(void) { return length; }

void send_close(void) {
  if (length) send_end();
}
