#include "hello.h"
#include "crc32.h"
#include "describe.h"
#include "machine.h"
#include "memory.h"
#include "port.h"

static uint16_t length;
static uint32_t crc;

static void measure_text(uint8_t byte) {
  length++;
  crc = crc32_add(crc, byte);
}

void hello_prepare(void) {
  length = 0;
  crc = CRC32_START;
  describe(measure_text);
  crc = ~crc;
}

static void put16(void (*put)(uint8_t byte), uint16_t value) {
  put((uint8_t)value);
  put((uint8_t)(value >> 8));
}

static void put32(void (*put)(uint8_t byte), uint32_t value) {
  put16(put, (uint16_t)value);
  put16(put, (uint16_t)(value >> 16));
}

void hello(void (*put)(uint8_t byte)) {
  put16(put, 1);
  put16(put, length);
  put32(put, crc);
  put32(put, port_boots());
  put(port_reset_reason());
  put(machine.state);
  put(machine.fault);
  put(memory.credits);
  put32(put, machine.arming);
  put16(put, memory.frame);
}
