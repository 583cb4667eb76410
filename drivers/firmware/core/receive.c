#include "receive.h"
#include <string.h>
#include "crc32.h"
#include "memory.h"

#define OVERHEAD 7 /* type, seq, CRC */

/* Where frames go while all slots are kept: room for HELLO, PING, ABORT and DISARM. */
static uint8_t spare[16];

uint16_t receive_bad;

static uint16_t lengths[LIMIT_CREDITS]; /* payload lengths of the kept frames */
static uint8_t oldest, kept;

static uint8_t *into;
static uint16_t room, taken;
static uint32_t crc;
static uint8_t run;     /* bytes left of the open COBS run, its length byte not counted */
static uint8_t zero_due; /* the open run ends in a zero */
static uint8_t line;    /* encoded bytes since the last delimiter: 0, 1, or 2 for more */
static uint8_t first;   /* the first of them */
static uint8_t broken;

static uint8_t slot_index(uint8_t age) {
  const uint8_t slot = (uint8_t)(oldest + age);
  return slot >= memory.credits ? (uint8_t)(slot - memory.credits) : slot;
}

static void restart(void) {
  line = 0;
  taken = 0;
  run = 0;
  zero_due = 0;
  broken = 0;
  crc = CRC32_START;
}

void receive_reset(void) {
  oldest = 0;
  kept = 0;
  restart();
}

static void take(uint8_t byte) {
  if (taken == room) {
    broken = 1;
    return;
  }
  into[taken++] = byte;
  crc = crc32_add(crc, byte);
}

static void choose_target(void) {
  if (kept < memory.credits) {
    into = memory_frame(slot_index(kept));
    room = memory.frame;
  } else {
    into = spare;
    room = sizeof spare;
  }
}

static uint8_t complete(Frame *frame) {
  const uint8_t good = !broken && run == 0 && taken >= OVERHEAD && crc == CRC32_RESIDUE;
  if (good) {
    frame->data = into;
    frame->length = (uint16_t)(taken - OVERHEAD);
  } else if (receive_bad != 0xFFFF) {
    receive_bad++;
  }
  restart();
  return good;
}

Received receive(Frame *frame) {
  for (;;) {
    const int16_t got = port_receive();
    if (got < 0) return RECEIVED_NOTHING;
    const uint8_t byte = (uint8_t)got;
    if (byte == 0) {
      if (line == 0) continue;
      if (complete(frame)) return RECEIVED_FRAME;
      continue;
    }
    if (line == 0) {
      choose_target();
      first = byte;
      line = 1;
    } else if (line == 1) {
      line = 2;
      /* No request has type 0A or 0D, so no frame starts this way. */
      if (first == '?' && (byte == '\n' || byte == '\r')) {
        restart();
        return RECEIVED_TEXT;
      }
    }
    if (broken) continue;
    if (run == 0) {
      if (zero_due) take(0);
      run = (uint8_t)(byte - 1);
      zero_due = byte != 0xFF;
    } else {
      take(byte);
      run--;
    }
  }
}

/* Same type, seq and CRC: a repeat of what is being done or waits its turn, which will be answered anyway. */
static uint8_t same(const Frame *frame, uint8_t slot) {
  const uint8_t *other = memory_frame(slot);
  return frame->length == lengths[slot] && memcmp(frame->data, other, 3) == 0 &&
         memcmp(frame->data + 3 + frame->length, other + 3 + frame->length, 4) == 0;
}

uint8_t receive_keep(const Frame *frame) {
  for (uint8_t age = 0; age < kept; age++)
    if (same(frame, slot_index(age))) return 1;
  if (frame->data == spare) return 0;
  lengths[slot_index(kept++)] = frame->length;
  return 1;
}

uint8_t receive_next(Frame *frame) {
  if (kept == 0) return 0;
  frame->data = memory_frame(oldest);
  frame->length = lengths[oldest];
  return 1;
}

void receive_done(void) {
  if (kept == 0) return; /* CONFIGURE has emptied the slots */
  oldest = slot_index(1);
  kept--;
}
